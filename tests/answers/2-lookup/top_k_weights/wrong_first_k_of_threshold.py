# Takes the first k keys that reach the k-th best score, so a tie can push out the best one
# loses: test_top_ties, test_top_allowed
def top_k_weights(scores, allowed, k):
    s = np.where(allowed, scores, -np.inf)
    T = s.shape[1]
    kth = np.sort(s, axis=1)[:, ::-1][:, min(k, T) - 1][:, None]
    keep = (s >= kth) & allowed
    keep = keep & (np.cumsum(keep, axis=1) <= k)
    s = np.where(keep, s, -np.inf)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return np.nan_to_num(e / e.sum(axis=1, keepdims=True))
