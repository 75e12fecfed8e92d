# Only the right end is checked, so negative positions count from the sentence's end.
# loses: test_window_pairs, test_window_pairs_reach, test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for j in range(i - reach, i + reach + 1):
            if j != i and j < len(tokens):
                pairs.append((tokens[i], tokens[j]))
    return pairs
