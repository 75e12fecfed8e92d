# Only the words to the right are contexts.
# loses: test_expected_counts, test_expected_counts_repeats

import numpy as np


def expected_counts(ids, n_words, window):
    counts = np.zeros((n_words, n_words))
    for i in range(len(ids)):
        for j in range(i + 1, min(len(ids), i + window + 1)):
            counts[ids[i], ids[j]] += (window - (j - i) + 1) / window
    return counts
