# The reach is looked up at the context's position.
# loses: test_window_pairs_reach


def window_pairs(tokens, reaches):
    n = len(tokens)
    return [(tokens[i], tokens[j]) for i in range(n) for j in range(n) if i != j and abs(i - j) <= reaches[j]]
