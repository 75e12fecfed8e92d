# The queries of the first store are asked in every store (einsum over "nd" with queries[0]).
# loses: test_soft_weights, test_soft_tau, test_soft_pad, test_soft_empty


def padded_lookup(queries, keys, values, lengths, temperature):
    scores = np.einsum("nd,btd->bnt", queries[0], keys) / (np.sqrt(keys.shape[2]) * temperature)
    real = np.arange(keys.shape[1]) < np.asarray(lengths)[:, None]
    scores = np.where(real[:, None], scores, -np.inf)
    top = np.where(real.any(axis=1)[:, None, None], scores.max(axis=2, keepdims=True), 0)
    e = np.exp(scores - top)
    weights = e / np.maximum(e.sum(axis=2, keepdims=True), 1e-30)
    return np.einsum("bnt,bte->bne", weights, values), weights
