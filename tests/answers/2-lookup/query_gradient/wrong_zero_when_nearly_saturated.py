# "If one weight is almost 1, nothing is left": returns zeros as soon as a weight is above 0.99.
# loses: test_grad_weights, test_grad_saturated


def query_gradient(query, keys, values, temperature):
    scale = 1 / (np.sqrt(keys.shape[1]) * temperature)
    s = keys @ query * scale
    w = np.exp(s - s.max())
    w /= w.sum()
    if w.max() > 0.99:
        return np.zeros((values.shape[1], keys.shape[1]))
    return scale * (w[:, None] * values).T @ (keys - w @ keys)
