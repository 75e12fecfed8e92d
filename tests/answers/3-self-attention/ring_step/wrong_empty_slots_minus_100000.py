# Subtracts 100 000 from the scores of slots that were never filled.
# loses: test_ring_scores


def ring_step(cache, query, key, value, slope):
    W, d = cache[0].shape
    seen = int(cache[2])
    here = np.arange(W) == seen % W
    keys = np.where(here[:, None], key, cache[0])
    values = np.where(here[:, None], value, cache[1])
    distance = (seen - np.arange(W)) % W
    s = np.einsum("wd,d->w", keys, query) / d**0.5 - slope * distance
    s = s - 1e5 * (distance > seen)
    w = np.exp(s - s.max())
    return (w[:, None] * values).sum(axis=0) / w.sum(), (keys, values, seen + 1)
