# A text shorter than n is skipped, and so it gets no penalty either.
# loses: test_fresh_edges


def fresh_logits(logits, tokens, real, penalty, n):
    result = logits.astype(float)
    for row in range(len(tokens)):
        text = [int(token) for token in tokens[row][real[row]]]
        if len(text) < n:
            continue
        for token in set(text):
            value = result[row, token]
            result[row, token] = value / penalty if value > 0 else value * penalty
        if n > 0 and len(text) >= n:
            last = text[len(text) - n + 1 :]
            for start in range(len(text) - n + 1):
                if text[start : start + n - 1] == last:
                    result[row, text[start + n - 1]] = -np.inf
    return result
