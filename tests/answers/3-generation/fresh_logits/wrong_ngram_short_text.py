# A text of fewer than n tokens is compared from its end with slices that wrap around.
# loses: test_fresh_edges


def fresh_logits(logits, tokens, real, penalty, n):
    fresh = np.array(logits, dtype=float)
    for row in range(len(logits)):
        text = [int(t) for t, is_real in zip(tokens[row], real[row]) if is_real]
        for token in set(text):
            if fresh[row, token] > 0:
                fresh[row, token] = fresh[row, token] / penalty
            else:
                fresh[row, token] = fresh[row, token] * penalty
        if n > 0:
            last = text[1 - n :] if n > 1 else []
            for start in range(len(text)):
                if len(text) < n or (text[start : start + n - 1] == last and start + n - 1 < len(text)):
                    fresh[row, text[min(start + n - 1, len(text) - 1)]] = -np.inf
    return fresh
