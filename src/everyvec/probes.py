"""What can be read from fixed features with few labels? Linear probes, and the labels that they get."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from everyvec import seeds


def few_labels(labels: np.ndarray, per_class: int, seed: int = 0) -> np.ndarray:
    """Choose which examples get a label: `per_class` of each class, drawn by `seed`.

    Returns:
        (classes × per_class,) int64 indices into `labels`.

    Raises:
        ValueError: when a class has fewer than that.
    """
    rng = seeds.rng(seed)
    classes = np.unique(labels)
    return np.concatenate(
        [rng.choice(np.flatnonzero(labels == kind), per_class, replace=False) for kind in classes]
    )


def probe_accuracy(
    train: tuple[np.ndarray, np.ndarray],
    valid: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    strengths: Sequence[float] = (1e-3, 1e-2, 1e-1, 1, 10),
) -> float:
    """Accuracy on `test` of a linear classifier trained on fixed features.

    Logistic regression. Features are centred, and divided by one number for all of them, so that a strength
    means the same for every representation. The regularisation that does best on `valid` is
    used (of equally good ones the strongest); `test` is used once.

    Args:
        train, valid, test: features (n, d) and labels (n,).
        strengths: the regularisations to choose from, as the C of scikit-learn: small is strong.
    """
    centre = train[0].mean(axis=0)
    scale = np.sqrt(np.mean((train[0] - centre) ** 2)) or 1.0
    with threadpool_limits(1):  # for matrices this small, threads that wait for each other cost 20 times more
        probes = [
            LogisticRegression(C=strength, max_iter=500).fit((train[0] - centre) / scale, train[1])
            for strength in sorted(strengths)
        ]
    best = max(probes, key=lambda probe: probe.score((valid[0] - centre) / scale, valid[1]))
    return float(best.score((test[0] - centre) / scale, test[1]))
