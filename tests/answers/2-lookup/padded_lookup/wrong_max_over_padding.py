# The largest score is taken over all keys, padding too.
# loses: test_soft_pad


def padded_lookup(queries, keys, values, lengths, temperature):
    d = keys.shape[-1]
    scores = np.einsum("bnd,btd->bnt", queries, keys) / (np.sqrt(d) * temperature)
    real = np.arange(keys.shape[1]) < np.asarray(lengths)[:, None]  # (B, T)
    powers = np.exp(scores - scores.max(axis=2, keepdims=True)) * real[:, None, :]
    total = powers.sum(axis=2, keepdims=True)
    weights = np.divide(powers, total, out=np.zeros_like(powers), where=total > 0)
    return weights @ values, weights
