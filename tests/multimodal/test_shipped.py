"""The models of module 4 that ship: they are what their cards say, and know nothing that is held out."""

import re

import numpy as np
import pytest
import torch

from everyvec import pretrained
from everyvec.data import emoji, scenes
from everyvec.multimodal import shipped
from everyvec.multimodal.captions import split
from everyvec.multimodal.clip import class_vectors, picture_vectors


@pytest.fixture(scope="module")
def opened():
    return shipped.emoji_clip()


def test_it_says_which_model_is_in_use(capsys):
    shipped.emoji_clip()
    assert capsys.readouterr().out == "clip-emoji: 1.1 million parameters\n"


def test_it_is_as_good_as_its_card_says(opened):
    clip, words = opened
    card = (pretrained.shipped("clip-emoji") / "README.md").read_text(encoding="utf-8")
    said = float(re.search(r"never seen, drawn by Noto \| ([\d.]+) %", card).group(1))  # the test part
    plain = emoji.load().plain()
    asked = plain.only(plain.by_name == "test")
    pictures = picture_vectors(clip, 1 - torch.from_numpy(emoji.on(asked.pictures("noto"))))
    scores = pictures @ class_vectors(clip, words.encode(asked.english)).T
    right = (scores.argmax(dim=1) == torch.arange(len(asked))).double().mean().item()
    assert 100 * right == pytest.approx(said, abs=1)


def test_nothing_that_is_held_out_was_trained_on():
    every = emoji.load()
    known = shipped.known(every)
    held = every.only((every.by_name != "train") | ~np.isin(every.by_combination, ["", "train"]))
    assert len(known) + len(held) == len(every)
    assert not set(known.english) & set(held.english)
    assert len(known) > 1800


def test_each_caption_has_four_forms(opened):
    every = emoji.load()
    forms = shipped.captions(every.only(every.find("ghost")))
    assert [form[0] for form in forms[::2]] == ["ghost", "ghost, smileys emotion"]
    assert forms[3] == ["an emoji of ghost"]
    assert forms[1][0].startswith("ghost ")
    for form in forms:  # it knows every word of what it was trained on
        assert opened[1].encode(form).shape[1] == len(split(form[0])) + 2


def test_the_bundled_words_are_those_of_the_captions(opened):
    known = shipped.known(emoji.load())
    again = shipped.Captions([caption for form in shipped.captions(known) for caption in form])
    assert again.words == opened[1].words


def test_the_chinese_one_finds_chinese_names_and_has_the_same_pictures(opened, capsys):
    clip, words = shipped.chinese_emoji_clip()
    assert capsys.readouterr().out.endswith("clip-emoji-chinese: 0.26 million more\n")
    every = emoji.load()
    asked = every.only(every.find("cat face", "snowman", "pizza", "guitar"))
    pictures = 1 - torch.from_numpy(emoji.on(asked.pictures("noto")))
    vectors = picture_vectors(clip, pictures)
    assert vectors.equal(picture_vectors(opened[0], pictures))
    for names in (asked.chinese, asked.english):
        scores = vectors @ class_vectors(clip, words.encode(names)).T
        assert scores.argmax(dim=1).tolist() == [0, 1, 2, 3]
    english, _ = opened
    told = (
        class_vectors(clip, words.encode(asked.english)),
        class_vectors(english, words.encode(asked.english)),
    )
    assert 0.5 < (told[0] * told[1]).sum(dim=1).min() < 0.9999  # the LoRA moves English captions, a little


def test_chinese_begins_where_english_stands():
    clip, words = shipped.emoji_clip()
    every = emoji.load()
    asked = words.encode(["black cat", "an emoji of fire"])
    before = class_vectors(clip, asked)
    longer, both = shipped.with_chinese(clip, words, shipped.known(every))
    assert class_vectors(longer, asked).equal(before)
    assert both.words[: len(words)] == words.words
    assert "猫" in both.words[len(words) :]
    trained = [name for name, weight in longer.named_parameters() if weight.requires_grad]
    assert trained == ["texts.words.weight", "text_map.a", "text_map.b"]


@pytest.fixture(scope="module")
def described():
    return shipped.scenes_blip()


def test_the_blip_of_scenes_says_its_name_and_keeps_its_shared_weights(described, capsys):
    shipped.scenes_blip()
    assert capsys.readouterr().out == "blip-scenes: 0.3 million parameters\n"
    alone, reads, writes = (
        part[1] for part in (described[0].texts.blocks, described[0].reader, described[0].writer)
    )
    assert alone.widen.weight is reads.widen.weight is writes.widen.weight


def test_the_blip_of_scenes_is_as_good_as_its_card_says(described):
    blip, words = described
    card = (pretrained.shipped("blip-scenes") / "README.md").read_text(encoding="utf-8")
    tested = card.split("**Tested**")[1].split("**On the validation part**")[0]
    for part, name, seed in (("train", "known", 100), ("test", "never seen", 200)):
        said = re.search(rf"without a mistake, one object, combinations {name} \| ([\d.]+) %", tested)
        shown = scenes.draw(500, part=part, seed=seed)
        wanted = words.encode(scenes.captions(shown).texts)
        written = blip.caption(1 - torch.from_numpy(scenes.render(shown)), steps=11)[:, : wanted.shape[1]]
        right = (written == wanted).all(dim=1).double().mean().item()
        assert 100 * right == pytest.approx(float(said[1]), abs=1)


def test_the_blip_of_scenes_reads_the_picture_and_the_words_order(described):
    blip, words = described
    shown = scenes.draw(100, 2, grid=(2, 2), part="train", seed=300)
    pictures = 1 - torch.from_numpy(scenes.render(shown))
    true, false = (words.encode(scenes.captions(each).texts) for each in (shown, shown.exchanged()))
    with torch.no_grad():
        fit, not_fit, other = (
            blip.match(*pair)
            for pair in ((pictures, true), (pictures, false), (pictures.roll(1, dims=0), true))
        )
    assert (fit > not_fit).double().mean() > 0.95
    assert (fit > other).double().mean() > 0.95
