# The matrix has rows only for the words of the sentence.
# loses: test_expected_counts, test_expected_counts_repeats

import numpy as np


def expected_counts(ids, n_words, window):
    words = list(dict.fromkeys(ids))
    counts = np.zeros((len(words), len(words)))
    for i in range(len(ids)):
        for j in range(len(ids)):
            if 0 < abs(i - j) <= window:
                weight = (window - abs(i - j) + 1) / window
                counts[words.index(ids[i]), words.index(ids[j])] += weight
    return counts
