# np.linalg.eig and argsort: the eigenvectors of the eigenvalue 0 are not at right angles.
# loses: test_white_few


def whiten_like(fit: np.ndarray, others: list[np.ndarray], k: int, floor: float) -> list[np.ndarray]:
    mean = fit.mean(axis=0)
    centred = fit - mean
    values, vectors = np.linalg.eig(centred.T @ centred / len(fit))
    order = np.argsort(-values.real)
    values, vectors = values.real[order], vectors.real[:, order]
    scale = np.sqrt(np.maximum(values, floor * values[0]))[:k]
    return [(x - mean) @ vectors[:, :k] / scale for x in others]
