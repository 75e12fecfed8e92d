# Product of answer and mean key subtracted with the wrong weight, once for each key.
# loses: test_grad_covariance, test_grad_weights, test_grad_differences, test_grad_saturated


def query_gradient(query, keys, values, temperature):
    scale = 1 / (np.sqrt(query.shape[0]) * temperature)
    scores = scale * (keys @ query)
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    mean_key = weights @ keys
    gradient = np.zeros((values.shape[1], keys.shape[1]))
    for w, k, v in zip(weights, keys, values):
        gradient += w * np.outer(v, k - mean_key)
    gradient = np.einsum("t,te,td->ed", weights, values, keys) - len(keys) * np.outer(
        weights @ values, mean_key
    )
    return scale * gradient
