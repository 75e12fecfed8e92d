"""Classifiers that learn from few labels: from them alone, by spreading them, or with weak ones added.

Spreading: Zhou, Bousquet, Lal, Weston, Schölkopf: Learning with Local and Global Consistency, NIPS 2003.

Each learner is a function from vectors (n, d) and labels (n,), −1 where there is none, to its three settings,
fitted one after the other; each has `predict`. All have three, so that none gains by being tuned more.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading
from sklearn.svm import SVC


def from_labels(vectors: np.ndarray, labels: np.ndarray) -> Iterator:
    """Classifiers that see only the labelled pictures: two linear ones and one with a smooth kernel.

    On pixels this is supervised learning; on vectors learned without labels it is the last step of
    self-supervised learning.
    """
    known = labels >= 0
    for head in (LogisticRegression(C=1, max_iter=500), LogisticRegression(C=10, max_iter=500), SVC(C=10)):
        yield head.fit(vectors[known], labels[known])


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
