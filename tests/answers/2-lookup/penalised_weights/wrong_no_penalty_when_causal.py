# if causal: mask, else: penalty. The two are never active together.
# loses: test_near_causal, test_near_first


def penalised_weights(scores, slopes, first, temperature, causal):
    _H, n, T = scores.shape
    gap = np.arange(n)[:, None] + first - np.arange(T)[None, :]
    if causal:
        s = np.where(gap < 0, -np.inf, scores)
    else:
        s = scores - np.array(slopes)[:, None, None] * np.abs(gap)
    s = s / temperature
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
