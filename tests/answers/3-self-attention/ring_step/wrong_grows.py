# Appends to the cache, which grows beyond W, and looks at the last W.
# loses: test_ring_first, test_ring_full, test_ring_order, test_ring_ways


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    keys, values = np.vstack([keys[:seen], key]), np.vstack([values[:seen], value])
    distance = seen - np.arange(len(keys))
    scores = keys @ query / np.sqrt(len(query)) - slope * distance
    scores = np.where(distance < window, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
