"""What each of the four learners is given, what it does with it, and the GPU run at a reduced size."""

import math

import numpy as np
import pytest
import torch

from everyvec.data import digits
from everyvec.pretext import four_ways


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
    assert four_ways.holes(ONE) == four_ways.holes(BLANK) == []
    assert len(four_ways.holes(EIGHT)) == 2
    ((_, low),), ((_, high),) = four_ways.holes(SIX), four_ways.holes(NINE)
    assert high < 0.5 < low
    ((area, middle),) = four_ways.holes(ZERO)
    assert middle == pytest.approx(0.5, abs=0.02)
    assert area > four_ways.holes(SIX)[0][0]


def test_rules_name_clear_shapes():
    assert four_ways.by_rules(np.stack([EIGHT, SIX, NINE, ZERO, ONE])).tolist() == [8, 6, 9, 0, 1]


def test_rules_are_cheap_and_often_wrong(pictures):
    weak = four_ways.by_rules(pictures.valid_images)
    assert (weak.dtype, weak.min() >= -1, weak.max() <= 9) == (np.int64, True, True)
    assert 0.4 < (weak == pictures.valid_labels).mean() < 0.7


def test_haste_errs_as_often_as_asked_and_towards_every_other_class():
    labels = np.repeat(np.arange(10), 2000)
    hasty = four_ways.in_haste(labels, 0.4, seed=1)
    assert (hasty != labels).mean() == pytest.approx(0.4, abs=0.02)
    wrong = hasty[(labels == 3) & (hasty != 3)]
    assert np.bincount(wrong, minlength=10)[[0, 1, 2, 4, 5, 6, 7, 8, 9]].min() > 50
    assert (four_ways.in_haste(labels, 0.0) == labels).all()
    assert (four_ways.in_haste(labels, 0.4, seed=1) == hasty).all()


def test_moved_with_no_limits_is_the_same_picture_and_with_limits_another(pictures):
    images = torch.tensor(pictures.train_images[:5])
    still = four_ways.moved(images, turn=0, shift=0, stretch=0)
    torch.testing.assert_close(still, images, atol=1e-5, rtol=0)
    assert (four_ways.moved(images) - images).abs().amax(dim=(1, 2)).min() > 0.05


def test_moved_shifts_by_no_more_than_its_share_of_the_side():
    dot = torch.zeros(200, 21, 21)
    dot[:, 10, 10] = 1
    torch.manual_seed(0)
    there = four_ways.moved(dot, turn=0, shift=0.1, stretch=0)  # 2.1 pixels at most
    rows = torch.arange(21.0) - 10
    ways = torch.stack([there.sum(2) @ rows, there.sum(1) @ rows])  # where the ink's centre went
    assert 1.9 < ways.abs().max() < 2.1 + 1e-4
    assert ways.amin(dim=1).max() < -1.5  # both ways, and in both directions
    assert ways.amax(dim=1).min() > 1.5


def test_loss_equals_the_sum_by_hand():
    generator = torch.Generator().manual_seed(3)
    first, second = torch.randn(3, 5, generator=generator), torch.randn(3, 5, generator=generator)
    views = [view / view.norm() for view in [*first, *second]]
    expected = 0.0
    for i in range(6):
        score = [math.exp(float(views[i] @ views[j]) / 0.3) if j != i else 0.0 for j in range(6)]
        expected -= math.log(score[(i + 3) % 6] / sum(score)) / 6
    assert four_ways.same_picture_loss(first, second, 0.3).item() == pytest.approx(expected, abs=1e-5)


def accuracy(models, images, labels):
    return [model.score(images, labels) for model in models]


def given(pictures, per_class, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.full(len(pictures.train_labels), -1)
    for kind in range(10):
        chosen = rng.choice(np.flatnonzero(pictures.train_labels == kind), per_class, replace=False)
        labels[chosen] = kind
    return labels


def test_each_learner_yields_three_settings_that_know_more_than_chance(pictures):
    train, test = (part.reshape(len(part), -1) for part in (pictures.train_images, pictures.test_images))
    labels, weak = given(pictures, 5), four_ways.in_haste(pictures.train_labels, 0.5)
    learners = {
        "labels": four_ways.from_labels(train, labels),
        "spread": four_ways.spreading(train, labels),
        "weak": four_ways.with_weak(train, labels, weak),
    }
    found = {name: accuracy(models, test, pictures.test_labels) for name, models in learners.items()}
    assert all(len(scores) == 3 and min(scores) > 0.7 for scores in found.values()), found


def test_learners_do_not_see_labels_that_they_were_not_given(pictures):
    train = pictures.train_images.reshape(len(pictures.train_images), -1)
    labels = np.where(given(pictures, 5) == 4, -1, given(pictures, 5))  # nobody ever says "four"
    weak = np.where(pictures.train_labels == 4, -1, pictures.train_labels)
    for models in (
        four_ways.from_labels(train, labels),
        four_ways.spreading(train, labels),
        four_ways.with_weak(train, labels, weak),
    ):
        assert all(4 not in model.predict(train) for model in models)


def test_a_true_label_counts_more_than_a_weak_one():
    # two points in the same place: the one true label must outvote three weak ones
    vectors = np.array([[0.0, 0.0]] * 4 + [[9.0, 9.0]] * 4)
    labels = np.array([0, -1, -1, -1, 1, -1, -1, -1])
    weak = np.array([1, 1, 1, 1, 1, 1, 1, 1])
    for model in four_ways.with_weak(vectors, labels, weak):
        assert model.predict(vectors[[0, 4]]).tolist() == [0, 1]


def test_an_island_without_a_label_is_left_out_of_spreading():
    left, right = np.arange(16.0)[:, None], np.arange(16.0)[:, None] + 1000
    labels = np.full(32, -1)
    labels[[0, 15]] = 3, 5  # both in the left group; the right one hears of no label
    for model in four_ways.spreading(np.concatenate([left, right]), labels):
        assert len(model._fit_X) == 16


def test_pretraining_learns_and_repeats(pictures):
    torch.set_num_threads(1)
    small = {"width": 4, "dim": 16, "epochs": 6}
    model, history = four_ways.pretrain(pictures.train_images[:400], **small)
    assert history.smoothed(4) < 0.9 * history.losses[0]
    vectors = model.vectors(pictures.test_images)
    assert vectors.shape == (360, 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 4.0, rtol=1e-4)  # √16
    again, _ = four_ways.pretrain(pictures.train_images[:400], **small)
    np.testing.assert_array_equal(vectors, again.vectors(pictures.test_images))
    np.testing.assert_allclose(vectors, model.vectors(pictures.test_images, batch=7), atol=1e-5)


def test_the_gpu_run_in_small():
    # pictures of MNIST's size, and every step that the lesson takes with them on a GPU
    images = np.random.default_rng(0).random((40, 28, 28), dtype=np.float32)
    model, history = four_ways.pretrain(images, width=6, dim=24, epochs=1, batch_size=16)
    assert len(history.losses) == 3
    assert np.isfinite(history.losses).all()
    vectors = model.vectors(images)
    assert vectors.shape == (40, 24)
    assert np.isfinite(vectors).all()
    labels = np.arange(40) % 10
    for head in four_ways.from_labels(vectors, labels):
        assert head.predict(vectors).shape == (40,)
