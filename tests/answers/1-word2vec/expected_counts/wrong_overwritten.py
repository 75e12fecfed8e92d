# The entry is set, not added to.
# loses: test_expected_counts_repeats

import numpy as np


def expected_counts(ids, n_words, window):
    counts = np.zeros((n_words, n_words))
    for i in range(len(ids)):
        for j in range(len(ids)):
            if 0 < abs(i - j) <= window:
                counts[ids[i], ids[j]] = (window - abs(i - j) + 1) / window
    return counts
