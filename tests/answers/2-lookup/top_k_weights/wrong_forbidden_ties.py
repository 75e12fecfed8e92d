# Counts the better keys, but among equal earlier keys also those that are not allowed
# loses: test_top_allowed, test_top_few
def top_k_weights(scores, allowed, k):
    n, T = scores.shape
    weights = np.zeros((n, T))
    for i in range(n):
        for j in range(T):
            higher = np.sum(allowed[i] & (scores[i] > scores[i, j]))
            equal_before = np.sum(scores[i, :j] == scores[i, j])
            if allowed[i, j] and higher + equal_before < k:
                weights[i, j] = 1
        if weights[i].any():
            kept = weights[i] > 0
            e = np.exp(scores[i][kept] - scores[i][kept].max())
            weights[i][kept] = e / e.sum()
    return weights
