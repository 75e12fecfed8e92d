# A share of the total variance.
# loses: test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.sum())
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
