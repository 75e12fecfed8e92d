# One-hot sentence times a band matrix of weights, in float32.

import numpy as np


def expected_counts(ids, n_words, window):
    onehot = np.eye(n_words, dtype=np.float32)[ids]  # (n, V)
    position = np.arange(len(ids))
    distance = np.abs(position[:, None] - position)
    weight = np.clip((window + 1 - distance) / window, 0, None) * (distance > 0)  # (n, n)
    return onehot.T @ weight.astype(np.float32) @ onehot
