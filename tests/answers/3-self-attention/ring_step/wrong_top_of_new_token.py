# Subtracts the score of the new token in place of the largest one.
# loses: test_ring_scores


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    W, d = keys.shape
    p = seen
    keys[p % W] = key
    values[p % W] = value
    last = np.arange(p - min(p + 1, W) + 1, p + 1)
    slots = last % W
    scores = keys[slots] @ query / np.sqrt(d) - slope * (p - last)
    weights = np.exp(scores - scores[-1])
    weights = weights / weights.sum()
    return weights @ values[slots], (keys, values, p + 1)
