# One reach, the first, serves the whole sentence.
# loses: test_window_pairs_reach


def window_pairs(tokens, reaches):
    n, reach = len(tokens), reaches[0]
    return [(tokens[i], tokens[j]) for i in range(n) for j in range(n) if 0 < abs(i - j) <= reach]
