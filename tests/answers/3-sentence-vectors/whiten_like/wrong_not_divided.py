# The covariance is not divided.
# loses: test_white_unit


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
