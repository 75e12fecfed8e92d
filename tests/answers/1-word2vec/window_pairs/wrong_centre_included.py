# The centre's own position is not left out.
# loses: test_window_pairs, test_window_pairs_reach, test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for j in range(max(0, i - reach), min(len(tokens), i + reach + 1)):
            pairs.append((tokens[i], tokens[j]))
    return pairs
