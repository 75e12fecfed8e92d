# The chain rule in matrices: values, the softmax's derivative, keys.


def query_gradient(query, keys, values, temperature):
    factor = len(query) ** -0.5 / temperature
    s = keys.dot(query) * factor
    w = np.exp(s - max(s)) / sum(np.exp(s - max(s)))
    softmax_by_scores = np.diag(w) - np.outer(w, w)
    return values.T @ softmax_by_scores @ keys * factor
