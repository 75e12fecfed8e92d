# Makes (d, e) and turns it round only if the shape is not (e, d).
# loses: test_grad_covariance, test_grad_differences


def query_gradient(query, keys, values, temperature):
    d, e = keys.shape[1], values.shape[1]
    s = keys.dot(query) / (temperature * d**0.5)
    w = np.exp(s - np.max(s))
    w = w / np.sum(w)
    gradient = (keys - w.dot(keys)).T.dot(w[:, None] * values) / (temperature * d**0.5)
    if gradient.shape != (e, d):
        gradient = gradient.T
    return gradient
