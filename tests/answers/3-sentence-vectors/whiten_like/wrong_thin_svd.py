# By a thin SVD: no more directions than vectors.
# loses: test_white_few


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    _, sizes, turned = np.linalg.svd(fit - mean, full_matrices=False)
    values, vectors = sizes**2 / len(fit), turned.T
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
