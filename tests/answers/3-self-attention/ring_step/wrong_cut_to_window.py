# Appends, and cuts the cache to the last W rows: in order, not in a ring.
# loses: test_ring_first, test_ring_full, test_ring_order


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    count = min(seen, window)
    keys = np.vstack([keys[:count], key])[-window:]
    values = np.vstack([values[:count], value])[-window:]
    distance = len(keys) - 1 - np.arange(len(keys))
    scores = keys @ query / np.sqrt(len(query)) - slope * distance
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
