"""Holes, rules and haste: where cheap labels come from, and how wrong they are."""

import numpy as np
import pytest

from everyvec.data import digits
from everyvec.pretext import weak_labels


@pytest.fixture(scope="module")
def pictures():
    return digits.load()


def page(*rows):
    return np.array([[float(c == "#") for c in row] for row in rows])


EIGHT = page(
    "........", ".#####..", ".#...#..", ".#####..", ".#...#..", ".#...#..", ".#####..", "........"
)  # fmt: skip
SIX = page(
    ".##.....", ".#......", ".#......", ".#......", ".#####..", ".#...#..", ".#...#..", ".#####.."
)  # fmt: skip
NINE = page(
    ".#####..", ".#...#..", ".#...#..", ".#####..", ".....#..", ".....#..", "...##...", ".###...."
)  # fmt: skip
ZERO = page(
    "..####..", ".##..##.", ".#....#.", ".#....#.", ".#....#.", ".#....#.", ".##..##.", "..####.."
)  # fmt: skip
ONE = page(*["...##..."] * 8)
BLANK = np.zeros((8, 8))


def test_holes_are_counted_and_placed():
    assert weak_labels.holes(ONE) == weak_labels.holes(BLANK) == []
    assert len(weak_labels.holes(EIGHT)) == 2
    ((_, low),), ((_, high),) = weak_labels.holes(SIX), weak_labels.holes(NINE)
    assert high < 0.5 < low
    ((area, middle),) = weak_labels.holes(ZERO)
    assert middle == pytest.approx(0.5, abs=0.02)
    assert area > weak_labels.holes(SIX)[0][0]


def test_rules_name_clear_shapes():
    assert weak_labels.by_rules(np.stack([EIGHT, SIX, NINE, ZERO, ONE])).tolist() == [8, 6, 9, 0, 1]


def test_rules_are_cheap_and_often_wrong(pictures):
    weak = weak_labels.by_rules(pictures.valid_images)
    assert (weak.dtype, weak.min() >= -1, weak.max() <= 9) == (np.int64, True, True)
    assert 0.4 < (weak == pictures.valid_labels).mean() < 0.7


def test_haste_errs_as_often_as_asked_and_towards_every_other_class():
    labels = np.repeat(np.arange(10), 2000)
    hasty = weak_labels.in_haste(labels, 0.4, seed=1)
    assert (hasty != labels).mean() == pytest.approx(0.4, abs=0.02)
    wrong = hasty[(labels == 3) & (hasty != 3)]
    assert np.bincount(wrong, minlength=10)[[0, 1, 2, 4, 5, 6, 7, 8, 9]].min() > 50
    assert (weak_labels.in_haste(labels, 0.0) == labels).all()
    assert (weak_labels.in_haste(labels, 0.4, seed=1) == hasty).all()
