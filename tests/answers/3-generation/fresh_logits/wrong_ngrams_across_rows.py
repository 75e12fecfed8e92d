# The n-grams of all rows are forbidden in each row.
# loses: test_fresh_padding, test_fresh_edges


def fresh_logits(logits, tokens, real, penalty, n):
    fresh = np.array(logits, dtype=float)
    for row in range(len(logits)):
        text = [int(t) for t, is_real in zip(tokens[row], real[row]) if is_real]
        for token in set(text):
            if fresh[row, token] > 0:
                fresh[row, token] = fresh[row, token] / penalty
            else:
                fresh[row, token] = fresh[row, token] * penalty
        known = {
            tuple(own[i : i + n])
            for own in (tokens[b][real[b]].tolist() for b in range(len(tokens)))
            for i in range(len(own) - n + 1)
        }
        for token in range(logits.shape[1]):
            if n > 0 and len(text) >= n - 1 and (*text[len(text) - n + 1 :], token) in known:
                fresh[row, token] = -np.inf
    return fresh
