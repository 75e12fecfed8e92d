# Keeps what reaches the k-th best score, and of these the first k in the row.
# loses: test_top_ties, test_top_allowed


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    k = min(k, scores.shape[1])
    kth = np.sort(masked, axis=1)[:, -k][:, None]
    keep = (masked >= kth) & allowed
    keep &= keep.cumsum(axis=1) <= k
    w = np.zeros(scores.shape)
    for i in range(len(w)):
        if keep[i].any():
            s = scores[i, keep[i]]
            e = np.exp(s - s.max())
            w[i, keep[i]] = e / e.sum()
    return w
