# The largest score of the whole row is subtracted, also when that key is not allowed.
# loses: test_top_allowed


def top_k_weights(scores, allowed, k):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    ranked = np.argsort(np.where(allowed, -scores, np.inf), axis=1, kind="stable")
    keep = np.zeros(scores.shape)
    np.put_along_axis(keep, ranked[:, :k], 1, axis=1)
    e = e * keep * allowed
    return np.nan_to_num(e / e.sum(axis=1, keepdims=True))
