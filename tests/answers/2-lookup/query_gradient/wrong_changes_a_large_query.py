# A query with large products is divided in the caller's own array.
# loses: test_grad_differences


def query_gradient(query, keys, values, temperature):
    scale = np.sqrt(len(query)) * temperature
    if np.abs(keys @ query).max() > 500:
        query /= scale
        s = keys @ query
    else:
        s = keys @ query / scale
    e = np.exp(s - s.max())
    w = e / e.sum()
    return np.einsum("t,te,td->ed", w, values, keys - w @ keys) / scale
