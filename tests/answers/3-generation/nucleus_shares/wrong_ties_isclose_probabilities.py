# Ties with np.isclose on probabilities: small ones that differ count as equal.
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
            count += 1
            last = token
            if total >= p and count >= least:
                break
        inside = (logits[row] > logits[row, last]) | np.isclose(probabilities[row], probabilities[row, last])
        result[row, inside] = probabilities[row, inside] / probabilities[row, inside].sum()
    return result
