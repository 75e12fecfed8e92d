# Head h uses group h // G.
# loses: test_group_heads


def grouped_lookup(queries, keys, values, allowed):
    heads = len(queries)
    d = queries.shape[2]
    group = np.minimum(np.arange(heads) // len(keys), len(keys) - 1)
    k, v = keys[group], values[group]
    scores = queries @ k.transpose(0, 2, 1) / np.sqrt(d)
    scores = np.where(allowed, scores, -np.inf)
    top = scores.max(axis=2, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    powers = np.exp(scores - top)
    total = powers.sum(axis=2, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    return weights @ v
