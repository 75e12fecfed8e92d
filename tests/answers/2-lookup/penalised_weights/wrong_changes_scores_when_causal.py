# With causal the later scores are set to minus infinity in the caller's own table.
# loses: test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    _H, n, T = scores.shape
    p = np.arange(first, first + n)
    if causal:
        for i in range(n):
            scores[:, i, p[i] + 1 :] = -np.inf
    distance = np.abs(p[:, None] - np.arange(T))
    s = (scores - np.array(slopes)[:, None, None] * distance) / temperature
    w = np.exp(s - s.max(axis=2, keepdims=True))
    return w / w.sum(axis=2, keepdims=True)
