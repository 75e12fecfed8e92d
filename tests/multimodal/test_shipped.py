"""The CLIP that ships: it is what its card says, and knows nothing that is held out."""

import re

import numpy as np
import pytest
import torch

from everyvec import pretrained
from everyvec.data import emoji
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
