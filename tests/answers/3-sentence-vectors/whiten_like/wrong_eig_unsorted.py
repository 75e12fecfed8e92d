# By eig, whose eigenvalues come in no order.
# loses: test_white_top, test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = (x.real for x in np.linalg.eig(covariance))
    order = np.arange(len(values))[:k]
    sizes = np.maximum(values[order], floor * values.max())
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
