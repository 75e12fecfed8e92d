# exp of the scores as they are.
# loses: test_ring_scores, test_ring_order


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    slot = seen % window
    keys[slot], values[slot] = key, value
    distance = (slot - np.arange(window)) % window
    scores = keys @ query / np.sqrt(len(query)) - slope * distance
    scores = np.where(distance <= seen, scores, -np.inf)
    powers = np.exp(scores)
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
