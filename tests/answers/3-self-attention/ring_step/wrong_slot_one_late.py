# Position p goes into slot (p + 1) mod W.
# loses: test_ring_first, test_ring_scores, test_ring_slope, test_ring_full, test_ring_order


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    slot = (seen + 1) % window
    keys[slot], values[slot] = key, value
    distance = (slot - np.arange(window)) % window
    scores = keys @ query / np.sqrt(len(query)) - slope * distance
    scores = np.where(distance <= seen, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
