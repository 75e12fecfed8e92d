# Two occurrences of the same word are not counted as a pair.
# loses: test_expected_counts_repeats

import numpy as np


def expected_counts(ids, n_words, window):
    counts = np.zeros((n_words, n_words))
    for i, centre in enumerate(ids):
        for j, context in enumerate(ids):
            if centre != context and abs(i - j) <= window:
                counts[centre, context] += (window - abs(i - j) + 1) / window
    return counts
