# The largest score is found before the division by the temperature.
# loses: test_grad_saturated


def query_gradient(query, keys, values, temperature):
    scores = keys @ query / np.sqrt(len(query))
    largest = scores.max()
    e = np.exp(scores / temperature - largest)
    w = e / e.sum()
    mean = w @ keys
    total = np.zeros((values.shape[1], len(query)))
    for weight, value, key in zip(w, values, keys):
        total += weight * np.outer(value, key - mean)
    return total / np.sqrt(len(query)) / temperature
