# np.partition at place k works for k < T, and k > T is treated apart: k = T raises an error.
# loses: test_top_few


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    if k > scores.shape[1]:
        keep = allowed
    else:
        kth = -np.partition(-masked, k, axis=1)[:, :k].max(axis=1, keepdims=True)
        above, equal = masked > kth, masked == kth
        left = k - above.sum(axis=1, keepdims=True)
        keep = (above | (equal & (equal.cumsum(axis=1) <= left))) & allowed
    top = np.where(keep, scores, -np.inf).max(axis=1, keepdims=True)
    e = np.exp(np.where(keep, scores - np.where(np.isinf(top), 0, top), -np.inf))
    total = e.sum(axis=1, keepdims=True)
    return e / np.where(total == 0, 1, total)
