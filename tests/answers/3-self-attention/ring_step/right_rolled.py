# Rolls the ring so that the oldest position comes first, and cuts off what was never filled.


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    window = len(keys)
    mine = np.arange(window) == seen % window
    keys = np.where(mine[:, None], key, keys)
    values = np.where(mine[:, None], value, values)
    count = min(seen + 1, window)
    order = np.roll(np.arange(window), -(seen + 1))[-count:]  # oldest to newest
    scores = keys[order] @ query * len(query) ** -0.5 - slope * np.arange(count)[::-1]
    weights = np.exp(scores - np.max(scores))
    weights /= np.sum(weights)
    return np.tensordot(weights, values[order], axes=1), (keys, values, seen + 1)
