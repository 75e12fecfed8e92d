# Keys that are not allowed get the score −10000 and compete.
# loses: test_top_allowed


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -1e4)
    weights = np.zeros(scores.shape)
    for i, row in enumerate(masked):
        best = [j for j in np.argsort(-row, kind="stable")[:k] if allowed[i, j]]
        if best:
            e = np.exp(row[best] - row[best].max())
            weights[i, best] = e / e.sum()
    return weights
