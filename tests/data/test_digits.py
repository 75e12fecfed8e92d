"""The digits come whole, in three parts that share nothing."""

import socket

import numpy as np
import pytest
import torch
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


def test_a_digit_lies_whole_somewhere_on_its_page(split):
    images = split.test_images[:60]
    pages = digits.on_pages(images, side=12, seed=3)
    assert (pages.shape, pages.dtype) == ((60, 12, 12), np.float32)
    places = set()
    for page, image in zip(pages, images, strict=True):
        windows = np.lib.stride_tricks.sliding_window_view(page, (8, 8))  # (5, 5, 8, 8)
        found = np.argwhere((windows == image).all(axis=(2, 3)))
        assert len(found)
        assert page.sum() == pytest.approx(image.sum(), rel=1e-5)
        places.add(tuple(found[0]))
    assert len(places) > 15  # of 25
    assert np.array_equal(pages, digits.on_pages(images, side=12, seed=3))
    assert not np.array_equal(pages, digits.on_pages(images, side=12, seed=4))
    assert np.array_equal(images, digits.on_pages(images, side=8))
    with pytest.raises(ValueError, match="do not fit on a page of 7"):
        digits.on_pages(images, side=7)


def test_a_scattered_split_keeps_its_labels_and_draws_new_places_for_each_part(split):
    pages = digits.scatter(split, side=12, seed=1)
    assert [part.shape[1:] for part in pages[::2]] == [(12, 12)] * 3
    for before, after in zip(split, pages, strict=True):
        assert len(before) == len(after)
    for labels in ("train_labels", "valid_labels", "test_labels"):
        assert np.array_equal(getattr(pages, labels), getattr(split, labels))
    same = digits.Split(*(split.test_images, split.test_labels) * 3)  # three parts with the same images
    placed = digits.scatter(same, side=12)
    assert not np.array_equal(placed.train_images, placed.valid_images)
    assert not np.array_equal(placed.valid_images, placed.test_images)


class FakeMNIST:
    def __init__(self, root, train, download):
        count = 12 if train else 5
        self.data = torch.full((count, 28, 28), 255, dtype=torch.uint8)
        self.targets = torch.arange(count) % 10


def test_mnist_keeps_a_sixth_of_its_training_part_for_validation(monkeypatch, tmp_path):
    monkeypatch.setattr("torchvision.datasets.MNIST", FakeMNIST)
    split = digits.mnist(tmp_path)
    assert [part.shape for part in split[::2]] == [(10, 28, 28), (2, 28, 28), (5, 28, 28)]
    assert list(split.valid_labels) == [0, 1]
    assert (split.test_images.dtype, split.test_images.max()) == (np.float32, 1)


def test_without_a_network_mnist_says_so_and_the_small_digits_come(monkeypatch, tmp_path, capsys):
    def unreachable(root, train, download):
        assert socket.getdefaulttimeout() == 0.5
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz")

    monkeypatch.setattr("torchvision.datasets.MNIST", unreachable)
    split = digits.mnist(tmp_path, timeout=0.5)
    assert split.train_images.shape == (1078, 8, 8)
    assert "MNIST cannot be downloaded (Error downloading" in capsys.readouterr().out
    assert socket.getdefaulttimeout() is None
