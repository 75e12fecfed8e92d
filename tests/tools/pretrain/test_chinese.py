"""Poems become batches, losses, baselines and a card; on a small collection that is made here."""

import math

import numpy as np
import pytest
import torch

from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder
from everyvec.transformer.generation import Choice
from tools.pretrain import chinese
from tools.pretrain.texts import Poem, split

LETTERS = [chr(code) for code in range(ord("一"), ord("一") + 60)]
VOCABULARY = [*chinese.SPECIAL, *chinese.MARKS, *LETTERS]


def collection(count: int, seed: int = 0) -> list[Poem]:
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        length = (5, 7)[number % 2]
        lines = tuple("".join(rng.choice(LETTERS[:20], length)) for _ in range(4))
        found.append(Poem(("tang", "song")[number % 3 > 0], "无名", chinese.FORMS[number % 2], lines))
    return found


@pytest.fixture(scope="module")
def model() -> Decoder:
    return Decoder(len(VOCABULARY), Shape(12, 2, 2, 24, positions=34, activation="relu")).eval()


def test_a_poem_is_its_form_its_text_and_an_end():
    poem = Poem("tang", "无名", "五绝", ("一丁丂七丄",) * 4)
    (row,) = chinese.encoded([poem], VOCABULARY)["五绝"].tolist()
    line = [7, 8, 9, 10, 11]
    assert row == [3, *line, 5, *line, 6, *line, 5, *line, 6, chinese.END]
    assert poem.text == "一丁丂七丄，一丁丂七丄。" * 2


def test_each_poem_is_read_once_an_epoch_and_each_batch_has_one_form():
    forms = chinese.encoded(collection(101), VOCABULARY)
    batches = chinese.Batches(forms, tokens=150)
    for epoch in range(2):
        seen = []
        for step in range(batches.count):
            (ids,) = batches(epoch * batches.count + step)
            assert ids.numel() <= 150
            assert len(set(ids[:, 0].tolist())) == 1
            seen += [tuple(row) for row in ids.tolist()]
        assert sorted(seen) == sorted(tuple(row) for rows in forms.values() for row in rows.tolist())
    again = chinese.Batches(forms, tokens=150)  # begun in the middle, as a resumed run does
    assert again(batches.count + 3)[0].tolist() == batches(batches.count + 3)[0].tolist()
    assert batches(0)[0].tolist() != batches(batches.count)[0].tolist()


def test_the_loss_is_of_characters_only_and_equals_the_models_own(model):
    forms = chinese.encoded(collection(8), VOCABULARY)
    targets, found = chinese.losses(model, forms)
    for rows, start in ((forms["五绝"], 0), (forms["七绝"], 4 * 25)):
        one = found[start : start + rows[:, 1:].numel()].mean()
        torch.testing.assert_close(one, model(rows).detach(), rtol=0, atol=1e-5)
    counted = chinese.of_characters(targets, torch.where(targets < chinese.FIRST, 1000.0, 1.0))
    assert counted == 1
    assert (targets >= chinese.FIRST).sum() == 4 * 20 + 4 * 28


def test_without_marks_only_the_form_and_the_characters_are_left():
    rows = chinese.encoded(collection(4), VOCABULARY)["七绝"]
    kept = chinese._without(rows, marks=False)
    assert kept.shape == (2, 29)
    assert set(kept[:, 0]) == {4}
    assert kept[:, 1:].min() >= chinese.FIRST


def test_the_tokenizer_has_the_same_numbers():
    tokenizer = chinese.tokenizer_of(VOCABULARY)
    poems = collection(2)
    for poem in poems:
        (row,) = chinese.encoded([poem], VOCABULARY)[poem.form].tolist()
        assert tokenizer(f"<{poem.form}>{poem.text}<end>")["input_ids"] == row


def test_what_is_written_has_no_form_token_and_ends_at_its_end(model):
    poems = chinese.written(model, VOCABULARY, "五绝", 5, Choice(1.0))
    assert len(poems) == 5
    assert all(len(poem) <= 33 * 4 and "<pad>" not in poem and "<end>" not in poem for poem in poems)


def test_parts_share_no_line():
    poems = collection(300)
    doubled = [*poems, *(Poem("song", "又", poem.form, (poem.lines[0], *other.lines[1:]))
                         for poem, other in zip(poems, collection(300, seed=9), strict=True))]  # fmt: skip
    parts = split(doubled, 40)
    lines = [{line for poem in part for line in poem.lines} for part in parts]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert lines[one].isdisjoint(lines[other])
    assert len(parts[1]) == len(parts[2]) == 40
    assert len(parts[0]) > 400
    assert split(doubled[::-1], 40) == parts


class Run:
    done, seconds = 7, 60.0


def test_the_card_says_what_was_measured(model):
    training, validation, test = (collection(count, seed) for count, seed in ((200, 0), (40, 1), (42, 2)))
    batches = chinese.Batches(chinese.encoded(training, VOCABULARY), 500)
    card = chinese.card_of(model, VOCABULARY, training, validation, test, Run, batches)
    perplexity = math.exp(chinese.of_characters(*chinese.losses(model, chinese.encoded(test, VOCABULARY))))
    assert f"| this model | {perplexity:.0f} |" in card
    assert "200 poems are for training" in card
    for name in ("unigram", "bigram", "trigram", "4-gram"):
        baseline = float(card.split(f"| {name} | ")[1].split(" |")[0])
        assert 18 < baseline < 25  # 20 characters, equally likely
    assert "{" not in card
