# The position is looked up with list.index, which always finds the first occurrence.
# loses: test_window_pairs_repeats


def window_pairs(tokens, reaches):
    pairs = []
    for centre in tokens:
        i = tokens.index(centre)
        for j in range(max(0, i - reaches[i]), min(len(tokens), i + reaches[i] + 1)):
            if j != i:
                pairs.append((centre, tokens[j]))
    return pairs
