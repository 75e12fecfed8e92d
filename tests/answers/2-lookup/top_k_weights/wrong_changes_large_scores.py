# The scores are made smaller in the caller's own table, but only when one is large: `scores -= ...`.
# loses: test_top_few


def top_k_weights(scores, allowed, k):
    if np.abs(scores).max() > 500:
        scores -= np.where(allowed, scores, scores.min()).max(axis=1, keepdims=True)
    weights = np.zeros(scores.shape)
    for i, row in enumerate(scores):
        best = sorted(np.flatnonzero(allowed[i]), key=lambda j: -row[j])[:k]
        if best:
            e = np.exp(row[best] - row[best].max())
            weights[i, best] = e / e.sum()
    return weights
