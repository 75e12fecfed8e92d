# Looks for the last n tokens: an n + 1-gram may not come twice.
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
        if n > 0 and len(text) > n:
            for start in range(len(text) - n):
                if text[start : start + n] == text[-n:]:
                    fresh[row, text[start + n]] = -np.inf
    return fresh
