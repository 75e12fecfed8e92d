# Takes the number of the padding for padding wherever it stands.
# loses: test_fresh_padding


def fresh_logits(logits, tokens, real, penalty, n):
    fresh = np.array(logits, dtype=float)
    for row in range(len(logits)):
        text = [int(t) for t in tokens[row] if t not in tokens[row][~real[row]]]
        for token in set(text):
            if fresh[row, token] > 0:
                fresh[row, token] = fresh[row, token] / penalty
            else:
                fresh[row, token] = fresh[row, token] * penalty
        if n > 0 and len(text) >= n:
            last = text[len(text) - (n - 1) :]
            for start in range(len(text) - n + 1):
                if text[start : start + n - 1] == last:
                    fresh[row, text[start + n - 1]] = -np.inf
    return fresh
