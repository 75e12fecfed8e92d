# Padding gets the score -10000 in place of minus infinity.
# loses: test_soft_pad


def padded_lookup(queries, keys, values, lengths, temperature):
    lengths = np.asarray(lengths)
    scores = queries @ np.swapaxes(keys, 1, 2) / np.sqrt(queries.shape[-1]) / temperature
    padding = np.arange(keys.shape[1])[None, None] >= lengths[:, None, None]
    scores = np.where(padding, -1e4, scores)
    scores = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    weights = weights * (lengths > 0)[:, None, None]
    return weights @ values, weights
