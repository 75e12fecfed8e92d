# A sign for each array: its first vector's first number is positive.
# loses: test_white_others, test_white_both


def whiten_like(fit, others, k, floor):
    mean = fit.mean(axis=0)
    moved = fit - mean
    covariance = moved.T @ moved / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    sizes = np.maximum(values[order], floor * values.max())
    made = [(rows - mean) @ vectors[:, order] / np.sqrt(sizes) for rows in others]
    return [rows * np.where(rows[:1] < 0, -1, 1) for rows in made]
