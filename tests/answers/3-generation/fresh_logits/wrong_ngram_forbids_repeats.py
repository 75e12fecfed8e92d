# Forbids each token that ended an n-gram, whatever stands at the end now.
# loses: test_fresh_padding, test_fresh_ngram, test_fresh_edges


def fresh_logits(logits, tokens, real, penalty, n):
    fresh = np.array(logits, dtype=float)
    for row in range(len(logits)):
        text = [int(t) for t, is_real in zip(tokens[row], real[row]) if is_real]
        for token in set(text):
            if fresh[row, token] > 0:
                fresh[row, token] = fresh[row, token] / penalty
            else:
                fresh[row, token] = fresh[row, token] * penalty
        if n > 0 and len(text) >= n:
            last = text[len(text) - (n - 1) :]
            for start in range(len(text) - n + 1):
                if True:
                    fresh[row, text[start + n - 1]] = -np.inf
    return fresh
