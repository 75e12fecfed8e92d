# A second whitening after the cut.
# loses: test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    first = moved @ vectors[:, order] / np.sqrt(sizes)
    again = first.std(axis=0)
    return [
        (rows - mean) @ vectors[:, order] / np.sqrt(sizes) / np.where(again > 1e-6, again, 1)
        for rows in others
    ]
