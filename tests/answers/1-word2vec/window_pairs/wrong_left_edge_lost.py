# The slice to the left starts below 0 near the sentence's start, and so is empty.
# loses: test_window_pairs, test_window_pairs_reach, test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for context in tokens[i - reach : i] + tokens[i + 1 : i + reach + 1]:
            pairs.append((tokens[i], context))
    return pairs
