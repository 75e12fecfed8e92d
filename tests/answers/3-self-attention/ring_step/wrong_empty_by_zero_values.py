# Finds the filled slots by values that are not zeros, and p.
# loses: test_ring_slope


def ring_step(cache, query, key, value, slope):
    keys, values, p = cache[0].copy(), cache[1].copy(), cache[2]
    W = len(keys)
    keys[p % W], values[p % W] = key, value
    distance = (p - np.arange(W)) % W
    filled = (np.arange(W) <= p) & values.any(axis=1)
    scores = keys @ query / np.sqrt(keys.shape[1]) - slope * distance
    scores = np.where(filled, scores, -np.inf)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values, (keys, values, p + 1)
