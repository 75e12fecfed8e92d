# Subtracts one largest score for each head, not one for each query
# loses: test_near_temperature
def penalised_weights(scores, slopes, first, temperature, causal):
    _H, n, T = scores.shape
    p = first + np.arange(n)
    j = np.arange(T)
    dist = np.abs(p[:, None] - j[None, :])
    s = (scores - np.array(slopes)[:, None, None] * dist) / temperature
    if causal:
        s = np.where(j[None, :] > p[:, None], -np.inf, s)
    s = s - s.max(axis=(1, 2), keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=2, keepdims=True)
