# The pairs are written as (context, centre).
# loses: test_window_pairs_reach


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        for j in range(max(0, i - reach), min(len(tokens), i + reach + 1)):
            if j != i:
                pairs.append((tokens[j], tokens[i]))
    return pairs
