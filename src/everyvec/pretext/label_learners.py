"""Classifiers that learn from few labels: from them alone, by spreading them, or with weak ones added.

Spreading: Zhou, Bousquet, Lal, Weston, Schölkopf: Learning with Local and Global Consistency, NIPS 2003.

Each learner is a function from vectors (n, d) and labels (n,), −1 where there is none, to its three settings,
fitted one after the other; each has `predict`. All have three, so that none gains by being tuned more.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading
from sklearn.svm import SVC

from everyvec import seeds
from everyvec.pretext.contrastive import moved


def from_labels(vectors: np.ndarray, labels: np.ndarray) -> Iterator:
    """Classifiers that see only the labelled pictures: two linear ones and one with a smooth kernel.

    On pixels this is supervised learning; on vectors learned without labels it is the last step of
    self-supervised learning.
    """
    known = labels >= 0
    for head in (LogisticRegression(C=1, max_iter=500), LogisticRegression(C=10, max_iter=500), SVC(C=10)):
        yield head.fit(vectors[known], labels[known])


def with_copies(pixels: np.ndarray, labels: np.ndarray, copies: int = 30, seed: int = 0) -> Iterator:
    """Supervised with data augmentation: each labelled picture comes with moved copies of itself.

    The settings are three widths of the kernel; the first is the one of `from_labels`.

    Args:
        pixels: (n, side²), square pictures row by row.
        labels: (n,), −1 where there is none.
        copies: of each picture. With 100 in place of 30, accuracy on the digits rose by less than 0.01.
        seed: for the moves, which are those of `contrastive.moved`.
    """
    known = np.flatnonzero(labels >= 0)
    side = round(pixels.shape[1] ** 0.5)
    torch.manual_seed(seeds.of(seed))
    images = torch.as_tensor(pixels[known]).unflatten(1, (side, side)).repeat(copies, 1, 1)
    more = moved(images).flatten(1).numpy()  # (copies · known, side²)
    everything, names = np.concatenate([pixels[known], more]), np.tile(labels[known], copies + 1)
    for gamma in ("scale", 0.1, 0.2):
        yield SVC(C=10, gamma=gamma).fit(everything, names)


def spreading(vectors: np.ndarray, labels: np.ndarray) -> Iterator:
    """Semi-supervised: labels flow from each picture to its 7, 10 or 15 nearest, over all pictures.

    A new picture then gets the majority label of that many pictures which the labels reached.
    """
    for neighbours in (7, 10, 15):
        near = min(neighbours, len(labels) - 1)
        spread = LabelSpreading(kernel="knn", n_neighbors=near, alpha=0.5, max_iter=100).fit(vectors, labels)
        reached = spread.label_distributions_.sum(axis=1) > 0  # not an island without any label
        yield KNeighborsClassifier(min(near, reached.sum())).fit(
            vectors[reached], spread.transduction_[reached]
        )


def self_training(vectors: np.ndarray, labels: np.ndarray, step: int = 100) -> Iterator:
    """The oldest semi-supervised method: learn, adopt the `step` surest guesses as labels, and learn again,
    until no picture is left.

    The settings are three strengths C of a linear classifier: from soft beliefs to firm ones.
    """
    for strength in (1, 10, 100):
        names = labels.copy()
        model = LogisticRegression(C=strength, max_iter=500)
        model.fit(vectors[names >= 0], names[names >= 0])
        while (names < 0).any():
            open_ones = np.flatnonzero(names < 0)
            belief = model.predict_proba(vectors[open_ones])  # (m, classes)
            surest = belief.max(axis=1).argsort()[::-1][:step]
            names[open_ones[surest]] = model.classes_[belief[surest].argmax(axis=1)]
            model.fit(vectors[names >= 0], names[names >= 0])
        yield model


def with_weak(
    vectors: np.ndarray,
    labels: np.ndarray,
    weak: np.ndarray,
    worths: Sequence[float] = (0.001, 0.01, 0.1),
) -> Iterator:
    """Weakly supervised: a picture without a true label gets its weak one.

    Args:
        weak: (n,), −1 where there is none either.
        worths: the three settings: the weight of a weak label when a true one has weight 1.
    """
    given = np.where(labels >= 0, labels, weak)
    known = given >= 0
    for worth in worths:
        weight = np.where(labels >= 0, 1.0, worth)
        yield SVC(C=10).fit(vectors[known], given[known], sample_weight=weight[known])


def middles(vectors: np.ndarray, count: int, seed: int = 0) -> np.ndarray:
    """Which pictures to label, chosen without any label: the one nearest to the centre of each cluster.

    Args:
        vectors: (n, d).
        count: how many clusters, and so how many pictures at most.
        seed: for where k-means starts.

    Returns:
        (count,) int64 indices into `vectors`, or fewer where two centres share their nearest picture.
    """
    centres = KMeans(count, n_init=1, random_state=seeds.of(seed) % 2**32).fit(vectors).cluster_centers_
    distances = ((vectors[:, None] - centres) ** 2).sum(axis=2)  # (n, count)
    return np.unique(distances.argmin(axis=0))
