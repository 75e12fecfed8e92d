# Compares only the first and the last of the n − 1 tokens.
# loses: test_fresh_ngram, test_fresh_edges


def fresh_logits(logits, tokens, real, penalty, n):
    result = logits.astype(float)
    for row in range(len(tokens)):
        text = [int(token) for token in tokens[row][real[row]]]
        for token in set(text):
            value = result[row, token]
            result[row, token] = value / penalty if value > 0 else value * penalty
        if n > 0 and len(text) >= n:
            last = text[len(text) - n + 1 :]
            for start in range(len(text) - n + 1):
                if (
                    text[start : start + n - 1][:1] == last[:1]
                    and text[start : start + n - 1][-1:] == last[-1:]
                ):
                    result[row, text[start + n - 1]] = -np.inf
    return result
