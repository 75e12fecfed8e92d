# No maximum is subtracted: each weight is 1 / sum of exp(other score − own score).


def padded_lookup(queries, keys, values, lengths, temperature):
    scale = 1 / (np.sqrt(keys.shape[2]) * temperature)
    scores = np.einsum("bnd,btd->bnt", queries, keys) * scale
    real = np.less.outer(np.arange(keys.shape[1]), np.asarray(lengths)).T  # (B, T)
    difference = scores[:, :, None, :] - scores[:, :, :, None]  # (B, n, own, other)
    with np.errstate(over="ignore"):
        powers = np.where(real[:, None, None, :], np.exp(difference), 0.0)
    weights = 1.0 / (powers.sum(axis=3) + ~real[:, None, :])
    weights = weights * real[:, None, :]
    return np.einsum("bnt,bte->bne", weights, values), weights
