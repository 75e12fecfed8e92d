# The penalty to the power of how often a token stands there.
# loses: test_fresh_once, test_fresh_edges


def fresh_logits(logits, tokens, real, penalty, n):
    fresh = np.array(logits, dtype=float)
    for row in range(len(logits)):
        text = [int(t) for t, is_real in zip(tokens[row], real[row]) if is_real]
        for token in set(text):
            factor = penalty ** text.count(token)
            fresh[row, token] *= 1 / factor if fresh[row, token] > 0 else factor
        if n > 0 and len(text) >= n:
            last = text[len(text) - (n - 1) :]
            for start in range(len(text) - n + 1):
                if text[start : start + n - 1] == last:
                    fresh[row, text[start + n - 1]] = -np.inf
    return fresh
