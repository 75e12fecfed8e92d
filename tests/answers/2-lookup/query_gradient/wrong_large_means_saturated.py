# Scores that overflow exp are taken for a saturated lookup: NaN becomes 0.
# loses: test_grad_saturated


def query_gradient(query, keys, values, temperature):
    factor = 1 / (np.sqrt(query.size) * temperature)
    s = factor * (keys @ query)
    e = np.exp(s - min(s.max(), 0))
    w = e / e.sum()
    if np.isnan(w).any():
        return np.zeros((values.shape[1], keys.shape[1]))
    return factor * np.einsum("t,te,td->ed", w, values, keys - w @ keys)
