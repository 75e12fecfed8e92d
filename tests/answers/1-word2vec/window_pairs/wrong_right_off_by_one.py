# The range stops before the farthest word on the right.
# loses: test_window_pairs, test_window_pairs_reach, test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for j in range(max(0, i - reach), min(len(tokens), i + reach)):
            if j != i:
                pairs.append((tokens[i], tokens[j]))
    return pairs
