# Subtracts the largest absolute score.
# loses: test_soft_pad, test_soft_large


def padded_lookup(queries, keys, values, lengths, temperature):
    d = queries.shape[2]
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(d) / temperature
    mask = np.arange(keys.shape[1]) < np.array(lengths)[:, None, None]
    scores = np.where(mask, scores, -np.inf)
    top = np.abs(np.where(mask, scores, 0)).max(axis=2, keepdims=True)
    powers = np.exp(scores - top)
    total = powers.sum(axis=2, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    answers = weights @ values
    return answers, weights
