# Counts with a fixed window for every reach and takes the mean; returns lists.


def expected_counts(ids, n_words, window):
    counts = [[0.0] * n_words for _ in range(n_words)]
    for reach in range(1, window + 1):
        for i, centre in enumerate(ids):
            for j in range(max(0, i - reach), min(len(ids), i + reach + 1)):
                if j != i:
                    counts[centre][ids[j]] += 1 / window
    return counts
