# The wrong sign.
# loses: test_grad_covariance, test_grad_differences, test_grad_saturated


def query_gradient(query, keys, values, temperature):
    scale = 1 / (np.sqrt(query.shape[0]) * temperature)
    scores = scale * (keys @ query)
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    mean_key = weights @ keys
    gradient = np.zeros((values.shape[1], keys.shape[1]))
    for w, k, v in zip(weights, keys, values):
        gradient += w * np.outer(v, mean_key - k)
    return scale * gradient
