# √d is in the factor and not in the weights.
# loses: test_grad_differences


def query_gradient(query, keys, values, temperature):
    scale = 1 / (np.sqrt(query.shape[0]) * temperature)
    scores = keys @ query / temperature
    weights = np.exp(scores - scores.max())
    weights = weights / weights.sum()
    mean_key = weights @ keys
    gradient = np.zeros((values.shape[1], keys.shape[1]))
    for w, k, v in zip(weights, keys, values):
        gradient += w * np.outer(v, k - mean_key)
    return scale * gradient
