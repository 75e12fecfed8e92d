# Takes keys of zeros for the padding.
# loses: test_soft_weights, test_soft_pad, test_soft_empty


def padded_lookup(queries, keys, values, lengths, temperature):
    d = queries.shape[2]
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(d) / temperature
    mask = np.abs(keys).sum(axis=2)[:, None] > 0
    scores = np.where(mask, scores, -np.inf)
    top = np.nan_to_num(scores.max(axis=2, keepdims=True), neginf=0)
    powers = np.exp(scores - top)
    total = powers.sum(axis=2, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    answers = weights @ values
    return answers, weights
