# Slices to the left and to the right, joined.


def window_pairs(tokens, reaches):
    pairs = []
    for i, reach in enumerate(reaches):
        around = tokens[max(0, i - reach) : i] + tokens[i + 1 : i + 1 + reach]
        pairs += [(tokens[i], context) for context in around]
    return pairs
