# Adds 10⁻⁵ to the eigenvalues.
# loses: test_white_floor


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(np.abs(values[order]), floor * values.max()) + 1e-5
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
