# A store with one key gets key times value in place of zeros.
# loses: test_grad_saturated


def query_gradient(query, keys, values, temperature):
    scale = np.sqrt(len(query)) * temperature
    if len(keys) == 1:
        return np.outer(values[0], keys[0]) / scale
    s = keys @ query / scale
    w = np.exp(s - s.max())
    w = w / w.sum()
    return ((values - w @ values) * w[:, None]).T @ (keys - w @ keys) / scale
