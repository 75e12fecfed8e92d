# The ring is cut at the new slot into two pieces and put together in order.


def ring_step(cache, query, key, value, slope):
    keys, values, seen = cache
    window = len(keys)
    cut = seen % window
    if seen < window:
        old_keys, old_values = keys[:seen], values[:seen]
    else:
        old_keys = np.concatenate([keys[cut + 1 :], keys[:cut]])
        old_values = np.concatenate([values[cut + 1 :], values[:cut]])
    near_keys, near_values = np.vstack([old_keys, key]), np.vstack([old_values, value])
    scores = near_keys @ query / np.sqrt(query.size)
    scores = scores - slope * np.arange(len(scores) - 1, -1, -1)
    weights = np.exp(scores - np.logaddexp.reduce(scores))
    new = tuple(np.concatenate([t[:cut], x[None], t[cut + 1 :]]) for t, x in ((keys, key), (values, value)))
    return weights @ near_values, (*new, seen + 1)
