# Right: one direction after another, argsort, one row at a time.


def whiten_like(fit: np.ndarray, others: list[np.ndarray], k: int, floor: float) -> list[np.ndarray]:
    mean = np.sum(fit, axis=0) / len(fit)
    centred = fit - mean
    covariance = sum(np.outer(row, row) for row in centred) / len(fit)
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:k]
    least = floor * max(values)
    result = []
    for rows in others:
        new = np.empty((len(rows), k))
        for i, row in enumerate(rows):
            for j, n in enumerate(order):
                new[i, j] = np.dot(vectors[:, n], row - mean) / math.sqrt(max(values[n], least))
        result.append(new)
    return result
