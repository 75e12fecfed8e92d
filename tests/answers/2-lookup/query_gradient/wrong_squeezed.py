# Ends with .squeeze(): with one number in a value or a key the gradient loses an axis.
# loses: test_grad_covariance


def query_gradient(query, keys, values, temperature):
    d = query.shape[0]
    s = (keys @ query[:, None]) / np.sqrt(d) / temperature  # (T, 1)
    w = np.exp(s - s.max())
    w = w / w.sum()
    centred = keys - (w * keys).sum(axis=0)
    outer = w[:, :, None] * values[:, :, None] * centred[:, None, :]  # (T, e, d)
    return outer.sum(axis=0).squeeze() / (np.sqrt(d) * temperature)
