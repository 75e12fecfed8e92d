# A pair needs both reaches, as if it had no direction.
# loses: test_window_pairs_reach


def window_pairs(tokens, reaches):
    n = len(tokens)
    return [
        (tokens[i], tokens[j])
        for i in range(n)
        for j in range(n)
        if i != j and abs(i - j) <= min(reaches[i], reaches[j])
    ]
