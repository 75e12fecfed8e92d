# The largest score is subtracted before the penalty.
# loses: test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    _H, n, T = scores.shape
    i, j = first + np.arange(n)[:, None], np.arange(T)[None]
    later = (j > i) & causal
    s = np.where(later, -np.inf, scores)
    s = s - s.max(axis=2, keepdims=True)
    s = (s - np.array(slopes)[:, None, None] * np.abs(i - j)) / temperature
    e = np.exp(s)
    return e / e.sum(axis=2, keepdims=True)
