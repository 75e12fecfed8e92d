# The largest is taken of scores times mask: with padding it is at least 0.
# loses: test_soft_pad


def padded_lookup(queries, keys, values, lengths, temperature):
    mask = (np.arange(keys.shape[1]) < np.array(lengths)[:, None]).astype(float)[:, None]  # (B, 1, T)
    scores = queries @ keys.transpose(0, 2, 1) / (keys.shape[2] ** 0.5 * temperature)
    largest = (scores * mask).max(axis=2, keepdims=True)
    e = np.exp(scores - largest)
    e = np.where(mask > 0, e, 0)
    weights = np.nan_to_num(e / e.sum(axis=2, keepdims=True))
    return weights @ values, weights
