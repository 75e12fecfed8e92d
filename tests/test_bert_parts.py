"""The stored study of BERT's parts is the one that tools/bert_parts.py makes."""

import json
from pathlib import Path

import torch

from tools import bert_parts

STORED = Path(__file__).parents[1] / bert_parts.TABLE
MEASURED = {"gaps", "pairs", "after", "trusts", "doubts"}


def test_the_stored_runs_are_those_that_the_tool_would_make():
    table = json.loads(STORED.read_text(encoding="utf-8"))
    assert {(run["variant"], run["seed"]) for run in table["runs"]} == {
        (variant, seed) for variant in bert_parts.VARIANTS for seed in bert_parts.SEEDS
    }
    assert table["pairs"] == bert_parts.PAIRS
    assert (table["batch"], table["rate"]) == (bert_parts.BATCH, bert_parts.RATE)
    assert table["epochs"] == bert_parts.EPOCHS
    assert len(table["all visible words"]) == len(bert_parts.SEEDS)
    for run in table["runs"]:
        its = bert_parts.VARIANTS[run["variant"]]
        assert all(0 <= run[name] <= 1 for name in MEASURED)
        assert set(run) - MEASURED == {"variant", "seed"} | ({"curve", "probes"} if its.probed else set())
        if its.probed:
            assert set(run["probes"]) == set(bert_parts.PROBES)
            updates = its.epochs * bert_parts.PAIRS // bert_parts.BATCH
            assert len(run["curve"]) == (updates // bert_parts.CURVE if its.gaps else 0)


def test_a_part_that_is_left_out_is_zero_and_stays_so():
    bert = bert_parts.build("segments", seed=0)
    assert not bert.segments.weight.any()
    assert not bert.segments.weight.requires_grad
    assert bert.positions.weight.any()
    full = bert_parts.build(None, seed=0)
    assert torch.equal(full.tokens.weight, bert.tokens.weight)  # the same start but for this part


def test_the_tool_measures_a_small_run():
    found = bert_parts.measure("no positions", seed=0, pairs=32)
    assert set(found) == MEASURED
    assert all(0 <= share <= 1 for share in found.values())


def test_models_without_training_are_probed_in_every_task():
    found = bert_parts.measure("random", seed=0)["probes"]
    assert set(found) == set(bert_parts.PROBES)
    assert all(0 <= share <= 1 for its in found.values() for share in its.values())
    assert found["thing"]["mean"] > 0.3  # chance is 0.05, and the words alone tell the thing
