# k is cut to the number of allowed keys of a row and stays cut: later rows keep too few keys.
# loses: test_top_few


def top_k_weights(scores, allowed, k):
    n, T = scores.shape
    weights = np.zeros((n, T))
    for i in range(n):
        k = min(k, int(allowed[i].sum()))
        s = np.where(allowed[i], scores[i], -np.inf)
        best = np.argsort(-s, kind="stable")[:k]
        if k > 0:
            e = np.exp(s[best] - s[best[0]])
            weights[i, best] = e / e.sum()
    return weights
