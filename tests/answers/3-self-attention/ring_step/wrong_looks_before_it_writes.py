# Looks at the old cache and at the new token: W + 1 positions when the ring is full.
# loses: test_ring_full, test_ring_order


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    keys, values = keys.copy(), values.copy()
    window = len(keys)
    slot = seen % window
    distance = (seen - 1 - np.arange(window)) % window + 1
    distance = np.append(np.where(distance <= seen, distance, np.inf), 0)
    old = np.vstack([values, value])
    scores = np.vstack([keys, key]) @ query / np.sqrt(len(query))
    scores = np.where(
        np.isfinite(distance), scores - slope * np.where(np.isfinite(distance), distance, 0), -np.inf
    )
    powers = np.exp(scores - scores.max())
    answer = powers / powers.sum() @ old
    keys[slot], values[slot] = key, value
    return answer, (keys, values, seen + 1)
