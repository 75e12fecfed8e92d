# A row without allowed keys ends the loop (break in place of continue): all rows after it are zeros.
# loses: test_top_few


def top_k_weights(scores, allowed, k):
    weights = np.zeros(scores.shape)
    for i in range(scores.shape[0]):
        places = np.flatnonzero(allowed[i])
        if len(places) == 0:
            break
        best = places[np.argsort(-scores[i, places], kind="stable")][:k]
        e = np.exp(scores[i, best] - scores[i, best].max())
        weights[i, best] = e / e.sum()
    return weights
