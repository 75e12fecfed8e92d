"""The grid that *What the vectors know* shows: what its tool writes, and what is stored."""

import json
from pathlib import Path

import numpy as np

from tools import text_and_passes

STORED = Path(__file__).parents[1] / text_and_passes.TABLE


def shapes(table):
    return {name: np.shape(values) for name, values in table["accuracy"].items()}


def test_the_stored_grid_is_the_one_that_the_tool_would_write():
    # settings of the tool that changed, and a table that did not
    table = json.loads(STORED.read_text(encoding="utf-8"))
    assert table["sentences"] == list(text_and_passes.SENTENCES)
    assert table["passes"] == list(text_and_passes.PASSES)
    assert table["seeds"] == list(text_and_passes.SEEDS)
    assert table["lr"] == text_and_passes.LEARNING_RATE
    runs = len(table["sentences"]), len(table["seeds"])
    several = (*runs, len(table["passes"]))
    assert shapes(table) == {"Skip-gram": several, "CBOW": several, "counting": (*runs, 1)}
    for values in table["accuracy"].values():
        assert 0 <= np.min(values) <= np.max(values) <= 1


def test_the_tool_writes_a_number_for_every_model_size_seed_and_number_of_passes(monkeypatch, tmp_path):
    monkeypatch.setattr(text_and_passes, "SENTENCES", (60, 80))
    monkeypatch.setattr(text_and_passes, "PASSES", (1, 2, 3))
    monkeypatch.setattr(text_and_passes, "SEEDS", (1,))
    assert text_and_passes.main(["--out", str(tmp_path / "table.json")]) == 0
    table = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert shapes(table) == {"Skip-gram": (2, 1, 3), "CBOW": (2, 1, 3), "counting": (2, 1, 1)}
