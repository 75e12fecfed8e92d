# The centre is recognised by its word, so another occurrence of it is skipped.
# loses: test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for i, centre in enumerate(tokens):
        for context in tokens[max(0, i - reaches[i]) : i + reaches[i] + 1]:
            if context != centre:
                pairs.append((centre, context))
    return pairs
