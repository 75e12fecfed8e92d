# The singular values are taken for eigenvalues.
# loses: test_white_unit, test_white_others, test_white_top, test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    _, sizes, turned = np.linalg.svd(fit - mean, full_matrices=True)
    values, vectors = np.append(sizes, np.zeros(fit.shape[1]))[: fit.shape[1]] / len(fit) ** 0.5, turned.T
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
