# Moves the set in place.
# loses: test_white_others


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = np.subtract(fit, mean, out=fit)
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
