# Ties are broken by taking 0.001 times the place from each score.
# loses: test_top_choice, test_top_ties


def top_k_weights(scores, allowed, k):
    n, T = scores.shape
    ranked = np.where(allowed, scores - 1e-3 * np.arange(T), -np.inf)
    weights = np.zeros((n, T))
    for i in range(n):
        best = np.argsort(-ranked[i])[:k]
        best = best[allowed[i, best]]
        if best.size:
            e = np.exp(scores[i, best] - scores[i, best].max())
            weights[i, best] = e / e.sum()
    return weights
