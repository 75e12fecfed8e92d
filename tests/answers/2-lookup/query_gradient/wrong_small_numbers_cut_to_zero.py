# Everything below 0.0001 is set to 0.
# loses: test_grad_scale


def query_gradient(query, keys, values, temperature):
    factor = 1 / (np.sqrt(query.size) * temperature)
    s = factor * (keys @ query)
    w = np.exp(s - s.max())
    w = w / w.sum()
    gradient = factor * (values.T * w) @ (keys - w @ keys)
    gradient[np.abs(gradient) < 1e-4] = 0
    return gradient
