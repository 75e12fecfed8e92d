# Cuts scores at ±700 instead of subtracting.
# loses: test_group_large


def grouped_lookup(queries, keys, values, allowed):
    heads = len(queries)
    n, d = queries.shape[1:]
    group = np.arange(heads) // (heads // len(keys))
    k, v = keys[group], values[group]
    scores = queries @ k.transpose(0, 2, 1) / np.sqrt(d)
    scores = np.where(allowed, scores, -np.inf)
    scores = np.clip(scores, -700, 700)
    scores = np.where(allowed, scores, -np.inf)
    top = np.zeros((heads, n, 1))
    top = np.where(np.isfinite(top), top, 0)
    powers = np.exp(scores - top)
    total = powers.sum(axis=2, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    return weights @ v
