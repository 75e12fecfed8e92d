"""Associative recall: lists without repeats, readers that use what they are given, the stored longer runs."""

import json
from pathlib import Path

import pytest
import torch

from everyvec import training
from everyvec.attention import recall
from tools import long_recall

STORED = Path(__file__).parents[2] / long_recall.TABLE


def test_a_list_repeats_nothing_and_its_answer_stands_beside_the_key_that_is_asked():
    lists = recall.draw(300, pairs=5)
    for keys, values, asked, answer in zip(*(part.tolist() for part in lists), strict=True):
        assert len(set(keys)) == len(set(values)) == 5
        assert answer == values[keys.index(asked)]
    places = (lists.keys == lists.asked[:, None]).int().argmax(dim=1)
    assert set(places.tolist()) == set(range(5))
    assert not torch.equal(lists.keys, recall.draw(300, pairs=5, seed=1).keys)


@pytest.mark.parametrize("pairs", [0, 33])
def test_a_list_that_cannot_be_drawn_is_refused(pairs):
    with pytest.raises(ValueError, match=f"1 to 32 pairs, not {pairs}"):
        recall.draw(3, pairs)


def test_an_unknown_reader_is_refused():
    with pytest.raises(ValueError, match="no reader 'lstm'; there are attention, gru and mean"):
        recall.Reader("lstm", 4)


@pytest.mark.parametrize(("kind", "reads_order"), [("attention", False), ("mean", False), ("gru", True)])
def test_a_reader_looks_at_every_pair_and_at_the_key(kind, reads_order):
    reader, lists = recall.Reader(kind, 8), recall.draw(6, pairs=3)
    logits = reader.logits(*lists[:3])
    assert logits.shape == (6, recall.NAMES)
    other_key = (lists.asked + 1) % recall.NAMES
    assert (reader.logits(lists.keys, lists.values, other_key) - logits).abs().amax(1).min() > 1e-4
    for pair in range(3):
        values = lists.values.clone()
        values[:, pair] = (values[:, pair] + 1) % recall.NAMES
        assert (reader.logits(lists.keys, values, lists.asked) - logits).abs().amax(1).min() > 1e-6
    turned = reader.logits(lists.keys.flip(1), lists.values.flip(1), lists.asked)
    assert torch.allclose(turned, logits, atol=1e-6) != reads_order


def test_attention_learns_to_recall_and_the_mean_does_not():
    found = {}
    for kind in ("attention", "mean"):
        reader = recall.Reader(kind, 32)
        training.fit(reader, recall.draw(12_800, 4), epochs=1, batch_size=64, lr=0.01, clip=1.0)
        found[kind] = reader.accuracy(recall.draw(1000, 4, seed=1))
    assert found["attention"] > 0.9
    assert found["mean"] < 0.4


def test_the_stored_longer_runs_are_those_that_the_tool_would_make():
    table = json.loads(STORED.read_text(encoding="utf-8"))
    settings = [(run["pairs"], run["rate"]) for run in table["runs"]]
    assert settings == [(pairs, rate) for pairs in long_recall.PAIRS for rate in long_recall.RATES]
    assert table["hidden"] == long_recall.HIDDEN
    assert (table["steps"], table["batch"]) == (long_recall.STEPS, long_recall.BATCH)
    assert all(0 <= run[split] <= 1 for run in table["runs"] for split in ("valid", "test"))


def test_the_tool_measures_a_small_run():
    found = long_recall.measure(pairs=2, rate=0.01, steps=5, hidden=8)
    assert set(found) == {"valid", "test"}
    assert all(0 <= share <= 1 for share in found.values())
