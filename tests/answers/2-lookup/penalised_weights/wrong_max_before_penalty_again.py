# Subtracts the largest score first and the penalty afterwards, so all exponents may be far below 0
# loses: test_near_temperature
def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    where = first + np.arange(n)[:, None]
    later = np.arange(T)[None, :] > where
    s = scores.copy()
    if causal:
        s[:, later] = -np.inf
    s = s - s.max(axis=-1, keepdims=True)
    s = s - np.asarray(slopes).reshape(H, 1, 1) * np.abs(where - np.arange(T))
    e = np.exp(s / temperature)
    return e / e.sum(axis=-1, keepdims=True)
