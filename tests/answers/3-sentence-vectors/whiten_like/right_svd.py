# By the singular values of the moved set.


def whiten_like(fit, others, k, floor):
    mean = np.mean(fit, axis=0)
    _, sizes, turned = np.linalg.svd(fit - mean, full_matrices=True)
    values = np.zeros(fit.shape[1])
    values[: len(sizes)] = sizes**2 / fit.shape[0]
    roots = np.sqrt(np.maximum(values, floor * values[0]))
    result = []
    for rows in others:
        result.append((rows - mean) @ turned[:k].T / roots[:k])
    return result
