# Compares texts as strings of digits: 1, 12 and 11, 2 look alike.
# loses: test_fresh_ngram


def fresh_logits(logits, tokens, real, penalty, n):
    result = logits.astype(float)
    for row in range(len(tokens)):
        text = [int(token) for token in tokens[row][real[row]]]
        for token in set(text):
            value = result[row, token]
            result[row, token] = value / penalty if value > 0 else value * penalty
        if n > 0 and len(text) >= n:
            last = "".join(str(token) for token in text[len(text) - n + 1 :])
            for start in range(len(text) - n + 1):
                if "".join(str(token) for token in text[start : start + n - 1]) == last:
                    result[row, text[start + n - 1]] = -np.inf
    return result
