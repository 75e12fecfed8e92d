# Turns the matrix round only when its shape is not (e, d), so it stays turned when e = d
# loses: test_grad_covariance, test_grad_differences
def query_gradient(query, keys, values, temperature):
    d, e = keys.shape[1], values.shape[1]
    s = keys @ query / (np.sqrt(d) * temperature)
    w = np.exp(s - s.max())
    w = w / w.sum()
    centred = keys - w @ keys
    g = (w[:, None] * centred).T @ values / (np.sqrt(d) * temperature)
    if g.shape != (e, d):
        g = g.T
    return g
