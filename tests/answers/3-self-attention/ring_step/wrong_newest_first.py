# Moves all rows down by one and puts the new one first.
# loses: test_ring_first, test_ring_slope, test_ring_full, test_ring_order


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    slot = seen % window
    keys, values, slot = np.roll(keys, 1, axis=0), np.roll(values, 1, axis=0), 0
    keys[0], values[0] = key, value
    distance = np.arange(window)
    scores = keys @ query / np.sqrt(len(query)) - slope * distance
    scores = np.where(distance <= seen, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
