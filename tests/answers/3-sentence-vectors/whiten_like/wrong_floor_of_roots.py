# The floor is a share of the largest root.
# loses: test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(np.sqrt(np.abs(values[order])), floor * np.sqrt(values.max())) ** 2
    return [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
