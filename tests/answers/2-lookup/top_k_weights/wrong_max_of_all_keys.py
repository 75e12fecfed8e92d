# Subtracts the row's largest score including the keys that are not allowed
# loses: test_top_allowed
def top_k_weights(scores, allowed, k):
    order = np.argsort(np.where(allowed, -scores, np.inf), axis=1, kind="stable")[:, :k]
    keep = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(keep, order, True, axis=1)
    keep &= allowed
    e = np.exp(scores - scores.max(axis=1, keepdims=True)) * keep
    total = e.sum(axis=1, keepdims=True)
    return e / np.where(total == 0, 1, total)
