# One diagonal for each distance, added with numpy's unbuffered add.

import numpy as np


def expected_counts(ids, n_words, window):
    ids = np.asarray(ids)
    counts = np.zeros((n_words, n_words))
    for distance in range(1, min(window, len(ids) - 1) + 1):
        np.add.at(counts, (ids[:-distance], ids[distance:]), 1 - (distance - 1) / window)
    return counts + counts.T
