# Takes argmax k times; when all allowed keys are used up, argmax of all -inf says key 0
# loses: test_top_few
def top_k_weights(scores, allowed, k):
    weights = np.zeros(scores.shape)
    for i in range(len(scores)):
        if not allowed[i].any():
            continue
        left = np.where(allowed[i], scores[i], -np.inf)
        chosen = set()
        for _ in range(min(k, scores.shape[1])):
            j = int(np.argmax(left))
            chosen.add(j)
            left[j] = -np.inf
        chosen = sorted(chosen)
        e = np.exp(scores[i, chosen] - scores[i, chosen].max())
        weights[i, chosen] = e / e.sum()
    return weights
