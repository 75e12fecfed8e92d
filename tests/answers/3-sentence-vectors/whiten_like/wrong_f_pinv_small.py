# Directions whose eigenvalue is below 1e-6 are dropped, and zeros stand there.
# loses: test_white_few


def whiten_like(fit: np.ndarray, others: list[np.ndarray], k: int, floor: float) -> list[np.ndarray]:
    mean = fit.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(fit.T, bias=True))
    values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
    scale = np.where(values > 1e-6, 1 / np.sqrt(np.maximum(np.maximum(values, floor * values[0]), 1e-12)), 0)
    return [(x - mean) @ vectors * scale for x in others]
