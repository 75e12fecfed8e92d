# Divides by the root of d/H, as if d were the width of all heads.
# loses: test_group_heads


def grouped_lookup(queries, keys, values, allowed):
    heads = len(queries)
    d = queries.shape[2]
    group = np.arange(heads) // (heads // len(keys))
    k, v = keys[group], values[group]
    scores = queries @ k.transpose(0, 2, 1) / np.sqrt(d / heads)
    scores = np.where(allowed, scores, -np.inf)
    top = scores.max(axis=2, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    powers = np.exp(scores - top)
    total = powers.sum(axis=2, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    return weights @ v
