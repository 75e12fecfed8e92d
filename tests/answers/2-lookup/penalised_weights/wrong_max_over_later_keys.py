# With causal the largest score is taken before the later keys are dropped.
# loses: test_near_causal


def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    gap = first + np.arange(n)[:, None] - np.arange(T)  # (n, T)
    s = (scores - np.array(slopes).reshape(H, 1, 1) * np.abs(gap)) / temperature
    e = np.exp(s - s.max(axis=2, keepdims=True))
    if causal:
        e = e * (gap >= 0)
    return e / e.sum(axis=2, keepdims=True)
