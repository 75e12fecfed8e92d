"""The digits come whole, in three parts that share nothing."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from everyvec.data import digits


@pytest.fixture(scope="module")
def split():
    return digits.load()


def test_shapes_types_and_range(split):
    assert [len(part) for part in split] == [1078, 1078, 359, 359, 360, 360]
    for images, labels in zip(split[::2], split[1::2], strict=True):
        assert (images.shape[1:], images.dtype) == ((8, 8), np.float32)
        assert (images.min(), images.max()) == (0, 1)
        assert (labels.dtype, set(labels)) == (np.int64, set(range(10)))


def test_the_parts_are_the_whole_set_and_each_image_keeps_its_label(split):
    images, labels = load_digits(return_X_y=True)
    found = sorted(
        (tuple(image.ravel() * 16), label)
        for part in (0, 2, 4)
        for image, label in zip(split[part], split[part + 1], strict=True)
    )
    assert found == sorted((tuple(image), label) for image, label in zip(images, labels, strict=True))


def test_each_part_has_every_digit_alike_often(split):
    for labels in split[1::2]:
        assert np.bincount(labels) / len(labels) == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_the_seed_decides_the_split(split):
    again, other = digits.load(0), digits.load(1)
    assert all(np.array_equal(a, b) for a, b in zip(split, again, strict=True))
    assert not np.array_equal(split.train_images, other.train_images)
    assert list(split.train_labels[:20]) != sorted(split.train_labels[:20])
