"""Claims: they hold or raise, and what they show is stable where nbval looks."""

import math
import re
from pathlib import Path

import pytest

from everyvec import claims

SANITIZE = Path(__file__).parent / "nbval_sanitize.cfg"


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(claims, "display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


def make(measured, **bounds):
    claims.claim(
        "a < b", row="1.4", measured=measured, baseline=0.5, baseline_name="counting", chance=None,
        unit="share", **(bounds or {"at_least": 0.7}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("measured", "bounds"),
    [
        (0.69, {"at_least": 0.7}),
        (0.71, {"at_most": 0.7}),
        (0.9, {"at_least": 0.5, "at_most": 0.8}),
        (math.nan, {"at_least": 0.1}),
        (math.nan, {"at_most": 0.1}),
    ],
)
def test_a_claim_that_does_not_hold_raises_with_its_numbers(shown, measured, bounds):
    with pytest.raises(AssertionError, match=r"does not hold: a < b: .* \(counting: 0.5, chance: –\)"):
        make(measured, **bounds)
    ((data, metadata),) = shown  # the learner sees the numbers, and `make claims` finds them
    assert "claim does not hold" in data["text/plain"]
    assert "does not hold" in data["text/html"]
    assert metadata["everyvec"]["measured"] == pytest.approx(measured, nan_ok=True)


def test_the_record_holds_everything_that_the_evidence_page_needs(shown):
    make(0.7)
    ((_, metadata),) = shown
    assert metadata["everyvec"] == {
        "claim": "a < b", "row": "1.4", "measured": 0.7, "baseline": 0.5, "baseline_name": "counting",
        "chance": None, "at_least": 0.7, "at_most": None, "unit": "share",
    }  # fmt: skip


def test_only_the_marked_numbers_vary_with_the_measurement(shown):
    make(0.71)
    make(0.99)
    (first, _), (second, _) = shown
    assert first["text/plain"] == second["text/plain"]
    assert first["text/html"] != second["text/html"]
    assert "a &lt; b" in first["text/html"]
    regex, replace = re.search(r"regex: (\(<b .*)\nreplace: (.*)", SANITIZE.read_text()).groups()
    assert re.sub(regex, replace, first["text/html"]) == re.sub(regex, replace, second["text/html"])


def test_a_claim_without_a_bound_claims_nothing(shown):
    with pytest.raises(ValueError, match="at_least or at_most"):
        claims.claim("x", row="1.4", measured=1, baseline=0, chance=0)
