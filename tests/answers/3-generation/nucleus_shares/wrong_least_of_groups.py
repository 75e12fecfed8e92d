# Least counts different logits instead of tokens.
# loses: test_nucleus_ties


def nucleus_shares(logits, p, least):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    result = np.zeros(logits.shape)
    for row in range(len(logits)):
        order = np.argsort(-logits[row])
        total, count = 0.0, 0
        for token in order:
            total += probabilities[row, token]
            count += count == 0 or logits[row, token] != logits[row, last]
            last = token
            if total >= p and count >= least:
                break
        inside = logits[row] >= logits[row, last]
        result[row, inside] = probabilities[row, inside] / probabilities[row, inside].sum()
    return result
