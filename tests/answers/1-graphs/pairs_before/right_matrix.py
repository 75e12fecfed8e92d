# Baskets × items as a matrix of 0 and 1, and its product; zeros are in the result.

import numpy as np


def pairs_before(log, cut):
    kept = [row for row in log if row[1] < cut.get(row[0], np.inf)]
    items = sorted({item for _, _, item in kept})
    baskets = sorted({(user, day) for user, day, _ in kept})
    held = np.zeros((len(baskets), len(items)), dtype=int)
    for user, day, item in kept:
        held[baskets.index((user, day)), items.index(item)] = 1
    together = held.T @ held
    np.fill_diagonal(together, 0)
    return {i: dict(zip(items, row.tolist(), strict=True)) for i, row in zip(items, together, strict=True)}
