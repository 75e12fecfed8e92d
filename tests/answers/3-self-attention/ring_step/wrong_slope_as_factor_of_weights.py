# Takes the softmax of the products, and multiplies the weights by e^(−slope · distance): all may vanish.
# loses: test_ring_slope


def ring_step(cache, query, key, value, slope):
    keys, values, p = cache[0].copy(), cache[1].copy(), cache[2]
    W = len(keys)
    keys[p % W], values[p % W] = key, value
    distance = (p - np.arange(W)) % W
    filled = np.arange(W) <= p
    scores = keys @ query / np.sqrt(keys.shape[1])
    scores = np.where(filled, scores, -np.inf)
    weights = np.exp(scores - scores.max()) * np.exp(-slope * distance)
    return weights / weights.sum() @ values, (keys, values, p + 1)
