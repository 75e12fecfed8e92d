# The floor has a least value of 1e-3: directions that vary very little are not whitened.
# loses: test_white_floor


def whiten_like(fit: np.ndarray, others: list[np.ndarray], k: int, floor: float) -> list[np.ndarray]:
    mean = fit.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(fit.T, bias=True))
    values, vectors = values[::-1], vectors[:, ::-1]
    scale = np.sqrt(np.maximum(values, max(floor * values[0], 1e-3)))[:k]
    return [(x - mean) @ vectors[:, :k] / scale for x in others]
