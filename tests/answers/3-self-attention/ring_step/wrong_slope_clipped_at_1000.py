# A penalty is 1000 at most.
# loses: test_ring_slope


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    W, d = keys.shape
    p = seen
    keys[p % W] = key
    values[p % W] = value
    last = np.arange(p - min(p + 1, W) + 1, p + 1)
    slots = last % W
    scores = keys[slots] @ query / np.sqrt(d) - np.minimum(slope * (p - last), 1000)
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    return weights @ values[slots], (keys, values, p + 1)
