"""Handwritten digits that come with scikit-learn: 1 797 pictures of 8 × 8 pixels.

They are the test part of the UCI set *Optical Recognition of Handwritten Digits* (Alpaydin and Kaynak, 1998,
doi:10.24432/C50P49, CC BY 4.0), written by 13 people who do not appear in its training part. Only
`mnist`, the larger set for a machine with a GPU and a network, downloads anything.
"""

import socket
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from everyvec import seeds


class Split(NamedTuple):
    """Images (n, h, w), float32 from 0 (paper) to 1 (ink), and labels (n,), int64 from 0 to 9, in three
    parts: train to learn from, valid to choose settings, test to measure once at the end."""

    train_images: np.ndarray
    train_labels: np.ndarray
    valid_images: np.ndarray
    valid_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load(seed: int = 0) -> Split:
    """The digits, shuffled by `seed`: 1 078 train, 359 valid and 360 test, all ten digits in each."""
    images, labels = load_digits(return_X_y=True)
    images = (images / 16).reshape(-1, 8, 8).astype(np.float32)  # the file counts ink from 0 to 16
    labels = labels.astype(np.int64)
    number = seeds.of(seed)
    train, rest = train_test_split(
        np.arange(len(labels)), train_size=0.6, stratify=labels, random_state=number
    )
    valid, test = train_test_split(rest, test_size=0.5, stratify=labels[rest], random_state=number)
    return Split(*(array[part] for part in (train, valid, test) for array in (images, labels)))


def on_pages(images: np.ndarray, side: int, seed: int = 0) -> np.ndarray:
    """Put each image somewhere on an empty page of its own.

    Args:
        images: (n, h, w), none larger than the page.
        side: height and width of a page, in pixels.
        seed: for where each image lies; all places are equally likely.

    Returns:
        (n, side, side), of the images' type.

    Raises:
        ValueError: when an image does not fit on the page.
    """
    count, height, width = images.shape
    if max(height, width) > side:
        raise ValueError(f"images of {height} × {width} pixels do not fit on a page of {side} × {side}")
    rng = seeds.rng(seed)
    tops = rng.integers(0, side - height + 1, count)
    lefts = rng.integers(0, side - width + 1, count)
    pages = np.zeros((count, side, side), images.dtype)
    for page, image, top, left in zip(pages, images, tops, lefts, strict=True):
        page[top : top + height, left : left + width] = image
    return pages


def scatter(split: Split, side: int, seed: int = 0) -> Split:
    """The same digits, each somewhere on a page of `side` × `side` pixels: see `on_pages`."""
    places = seeds.rng(seed).integers(0, 2**31, 3)
    train, valid, test = (
        on_pages(images, side, place) for images, place in zip(split[::2], places, strict=True)
    )
    return Split(train, split.train_labels, valid, split.valid_labels, test, split.test_labels)


def mnist(folder: str | Path = "~/.cache/everyvec", timeout: float = 5.0) -> Split:
    """MNIST (LeCun, Cortes, Burges, 1998): 28 × 28 pixels, 50 000 train, 10 000 valid, 10 000 test.

    Downloaded by torchvision on first use, 12 MB. If that fails, it prints a line that says so and returns
    the small digits of `load()`.

    Args:
        folder: where the files are kept.
        timeout: seconds to wait for the network.
    """
    from torchvision.datasets import MNIST

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(timeout)
    try:
        root = Path(folder).expanduser()
        parts = [MNIST(root, train=train, download=True) for train in (True, False)]
    except (OSError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        print(f"MNIST cannot be downloaded ({reason}); using the bundled 8 × 8 digits instead.")
        return load()
    finally:
        socket.setdefaulttimeout(before)
    (images, labels), (test_images, test_labels) = (
        (part.data.numpy().astype(np.float32) / 255, part.targets.numpy().astype(np.int64)) for part in parts
    )
    keep = len(images) * 5 // 6
    return Split(images[:keep], labels[:keep], images[keep:], labels[keep:], test_images, test_labels)
