# Turned, but not divided.
# loses: test_white_unit, test_white_others, test_white_top, test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    return [(rows - mean) @ vectors[:, order] for rows in others]
