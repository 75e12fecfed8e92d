# A key of zeros counts as a slot that was never filled, even if it was filled.
# loses: test_ring_scores


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    slot = seen % window
    keys[slot], values[slot] = key, value
    distance = (slot - np.arange(window)) % window
    scores = keys @ query / np.sqrt(len(query)) - slope * distance
    scores = np.where((distance <= seen) & ((keys != 0).any(axis=1) | (distance == 0)), scores, -np.inf)
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ values
    return answer, (keys, values, seen + 1)
