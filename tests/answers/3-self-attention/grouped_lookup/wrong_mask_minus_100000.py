# Subtracts 100 000 where a query may not look, and cleans empty rows.
# loses: test_group_large


def grouped_lookup(queries, keys, values, allowed):
    H, G, d = len(queries), len(keys), keys.shape[-1]
    k = np.repeat(keys, H // G, axis=0)
    v = np.repeat(values, H // G, axis=0)
    scores = queries @ k.transpose(0, 2, 1) / np.sqrt(d)
    scores = scores + np.where(allowed, 0, -1e5)
    top = scores.max(axis=-1, keepdims=True)
    top = np.where(np.isinf(top), 0, top)
    weights = np.exp(scores - top)
    total = weights.sum(axis=-1, keepdims=True)
    weights = weights / np.where(total == 0, 1, total)
    return (weights @ v) * allowed.any(axis=1)[:, None]
