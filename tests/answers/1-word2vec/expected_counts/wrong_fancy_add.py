# `counts[rows, columns] += weight` adds only once where a place is named twice.
# loses: test_expected_counts_repeats

import numpy as np


def expected_counts(ids, n_words, window):
    ids = np.asarray(ids)
    counts = np.zeros((n_words, n_words))
    for distance in range(1, min(window, len(ids) - 1) + 1):
        weight = (window - distance + 1) / window
        counts[ids[:-distance], ids[distance:]] += weight
        counts[ids[distance:], ids[:-distance]] += weight
    return counts
