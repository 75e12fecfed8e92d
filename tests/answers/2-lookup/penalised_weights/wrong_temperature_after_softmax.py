# The weights are raised to the power 1/τ: what exp has rounded to 0 stays 0 at any high τ.
# loses: test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    p, j = first + np.arange(n)[:, None], np.arange(T)[None]
    s = scores - np.reshape(slopes, (H, 1, 1)) * np.abs(p - j)
    if causal:
        s = np.where(j <= p, s, -np.inf)
    w = np.exp(s - s.max(axis=2, keepdims=True))  # the largest is 1
    w = w ** (1 / temperature)
    return w / w.sum(axis=2, keepdims=True)
