"""Handwritten digits that are on every machine that has scikit-learn: 1 797 pictures of 8 × 8 pixels.

They are the test part of the UCI set *Optical Recognition of Handwritten Digits* (Alpaydin and Kaynak, 1998,
doi:10.24432/C50P49, CC BY 4.0), drawn by 13 people who do not appear in its training part. Nothing is
downloaded.
"""

from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class Split(NamedTuple):
    """Images (n, 8, 8), float32 from 0 (paper) to 1 (ink), and labels (n,), int64 from 0 to 9, in three
    parts: train to learn from, valid to choose by, test to be looked at once."""

    train_images: np.ndarray
    train_labels: np.ndarray
    valid_images: np.ndarray
    valid_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load(seed: int = 0) -> Split:
    """The digits, shuffled by `seed`: 1 078 train, 359 valid, 360 test, each with every digit alike often."""
    images, labels = load_digits(return_X_y=True)
    images = (images / 16).reshape(-1, 8, 8).astype(np.float32)  # the file counts ink from 0 to 16
    labels = labels.astype(np.int64)
    train, rest = train_test_split(np.arange(len(labels)), train_size=0.6, stratify=labels, random_state=seed)
    valid, test = train_test_split(rest, test_size=0.5, stratify=labels[rest], random_state=seed)
    return Split(*(array[part] for part in (train, valid, test) for array in (images, labels)))
