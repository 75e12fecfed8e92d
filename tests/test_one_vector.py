"""The study that *One vector for a whole sentence* shows: what its tool writes, and what is stored."""

import json
from pathlib import Path

import numpy as np

from tools import one_vector

STORED = Path(__file__).parents[1] / one_vector.TABLE


def test_the_stored_study_is_the_one_that_the_tool_would_write():
    # settings of the tool that changed, and a table that did not
    table = json.loads(STORED.read_text(encoding="utf-8"))
    assert table["lengths"] == list(one_vector.LENGTHS)
    assert table["seeds"] == list(one_vector.SEEDS)
    assert table["lr"] == one_vector.LEARNING_RATE
    assert [(r["attention"], r["width"], r["updates"]) for r in table["runs"]] == list(one_vector.RUNS)
    for run in table["runs"]:
        assert np.shape(run["exact"]) == (3, 11)
        assert 0 <= np.min(run["exact"]) <= np.max(run["exact"]) <= 1


def test_the_tool_writes_a_number_for_every_run_seed_and_length(monkeypatch, tmp_path):
    monkeypatch.setattr(one_vector, "RUNS", ((None, 4, 8), ("dot", 6, 16)))
    monkeypatch.setattr(one_vector, "SEEDS", (5,))
    monkeypatch.setattr(one_vector, "LENGTHS", (1, 2))
    assert one_vector.main(["--out", str(tmp_path / "table.json")]) == 0
    table = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert [np.shape(run["exact"]) for run in table["runs"]] == [(1, 2), (1, 2)]
