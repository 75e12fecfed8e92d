# Only the words before the centre are its context.
# loses: test_window_pairs, test_window_pairs_reach, test_window_pairs_repeats


def window_pairs(tokens, reaches):
    return [(tokens[i], tokens[j]) for i, reach in enumerate(reaches) for j in range(max(0, i - reach), i)]
