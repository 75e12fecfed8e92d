# One maximum of the whole table is subtracted.
# loses: test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    _H, n, T = scores.shape
    p, j = np.mgrid[first : first + n, 0:T]
    s = (scores - np.array(slopes)[:, None, None] * abs(p - j)) / temperature
    if causal:
        s = np.where(j > p, -np.inf, s)
    e = np.exp(s - s.max())
    return e / e.sum(axis=2, keepdims=True)
