# Looks for the last n - 2 tokens.
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
        if n > 1 and len(text) >= n:
            for start in range(len(text) - n + 2):
                if text[start : start + n - 2] == text[len(text) - n + 2 :]:
                    fresh[row, text[start + n - 2]] = -np.inf
        elif n == 1:
            fresh[row, text] = -np.inf
    return fresh
