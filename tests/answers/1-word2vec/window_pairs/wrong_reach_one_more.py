# The window goes one word farther than the reach.
# loses: test_window_pairs, test_window_pairs_reach, test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for j in range(max(0, i - reach - 1), min(len(tokens), i + reach + 2)):
            if j != i:
                pairs.append((tokens[i], tokens[j]))
    return pairs
