# Distances are counted from `seen` mod W without coming round: later slots get a reward.
# loses: test_ring_order


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    slot = seen % window
    keys[slot], values[slot] = key, value
    distance = (slot - np.arange(window)) % window
    scores = keys @ query / np.sqrt(len(query)) - slope * (slot - np.arange(window))
    scores = np.where(distance <= seen, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
