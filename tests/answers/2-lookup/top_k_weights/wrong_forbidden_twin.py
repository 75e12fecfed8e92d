# A forbidden key with the same score takes the place of an allowed one.
# loses: test_top_allowed, test_top_few


def top_k_weights(scores, allowed, k):
    weights = np.zeros(scores.shape)
    for i in range(len(scores)):
        left = sorted(scores[i][allowed[i]].tolist(), reverse=True)[:k]
        if not left:
            continue
        top = left[0]
        total = sum(np.exp(x - top) for x in left)
        for j, s in enumerate(scores[i].tolist()):
            if s in left:
                left.remove(s)
                weights[i, j] = np.exp(s - top) / total
    return weights
