# The largest score is found before the division by the temperature.
# loses: test_soft_large


def padded_lookup(queries, keys, values, lengths, temperature):
    _B, T = keys.shape[:2]
    real = np.arange(T)[None, :] < np.asarray(lengths)[:, None]
    scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(keys.shape[2])
    masked = np.where(real[:, None], scores, -np.inf)
    largest = masked.max(axis=2, keepdims=True)
    largest[np.asarray(lengths) == 0] = 0
    e = np.exp(masked / temperature - largest)
    total = e.sum(axis=2, keepdims=True)
    total[np.asarray(lengths) == 0] = 1
    weights = e / total
    return weights @ values, weights
