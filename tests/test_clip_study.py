"""The stored study of CLIP is the one that tools/clip_study.py makes."""

import json
from pathlib import Path

import pytest
import torch

from tools import clip_study

STORED = Path(__file__).parents[1] / clip_study.TABLE
OF_ALL = {"unseen", "known"}
OF_CLIP = OF_ALL | {"matched", "unmatched", "temperature"}


@pytest.fixture(scope="module")
def data():
    return clip_study.Emoji()


def test_the_stored_runs_are_those_that_the_tool_would_make():
    table = json.loads(STORED.read_text(encoding="utf-8"))
    short = {
        (variant, clip_study.STEPS, seed) for variant in clip_study.VARIANTS for seed in clip_study.SEEDS
    }
    long = {("128", clip_study.LONG, seed) for seed in clip_study.LONG_SEEDS}
    long |= {(clip_study.SOFTMAX, clip_study.LONG, seed) for seed in clip_study.LONG_SEEDS}
    assert {(run["variant"], run["steps"], run["seed"]) for run in table["runs"]} == short | long
    assert table["decay"] == clip_study.DECAY
    for run in table["runs"]:
        assert all(0 <= run[name] <= 1 for name in OF_ALL)


def test_rates_were_chosen_on_the_validation_part():
    table = json.loads(STORED.read_text(encoding="utf-8"))
    assert {one["variant"] for one in table["tried"]} == set(clip_study.RATES)
    for variant, rates in clip_study.RATES.items():
        tried = [one for one in table["tried"] if one["variant"] == variant]
        asked = "known" if variant == clip_study.SOFTMAX else "unseen"
        best = max(tried, key=lambda one: one[asked])
        assert {one["rate"] for one in tried} == set(rates)
        assert {run["rate"] for run in table["runs"] if run["variant"] == variant} == {best["rate"]}


def test_nothing_that_is_asked_was_trained_on(data):
    known = set(data.train.english)
    assert not known & set(data.parts["valid"].english)
    assert not known & set(data.parts["test"].english)
    assert not set(data.parts["valid"].english) & set(data.parts["test"].english)
    assert len(data.pictures) == 2  # not Fluent's


@pytest.mark.parametrize(
    ("variant", "names"),
    [("128 in groups of 8", OF_CLIP), ("temperature 1", OF_CLIP), (clip_study.SOFTMAX, OF_ALL)],
)
def test_the_tool_measures_a_small_run(data, variant, names):
    model = clip_study.train(variant, 1e-3, 0, data, steps=1)
    found = clip_study.measure(model, data, "valid")
    assert set(found) == names
    assert all(0 <= found[name] <= 1 for name in OF_ALL)
    if variant == "temperature 1":
        assert found["temperature"] == 1


def test_a_share_counts_rows_with_the_largest_score_at_their_own_column():
    scores = torch.tensor([[1.0, 2.0], [0.0, 3.0], [5.0, 4.0]])
    assert clip_study.share(scores, torch.tensor([1, 0, 0])) == pytest.approx(2 / 3)
