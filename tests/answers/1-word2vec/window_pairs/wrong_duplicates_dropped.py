# A pair that arises twice is kept once.
# loses: test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for j in range(max(0, i - reach), min(len(tokens), i + reach + 1)):
            if j != i and (tokens[i], tokens[j]) not in pairs:
                pairs.append((tokens[i], tokens[j]))
    return pairs
