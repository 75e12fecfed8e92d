# Mean and variance over patches, for each pixel.
# loses: test_loss_normal, test_loss_inside, test_loss_none


def hidden_loss(
    painted: np.ndarray,
    target: np.ndarray,
    hidden: np.ndarray,
    inside: np.ndarray,
    normal: bool,
    eps: float,
) -> float:
    pictures = []
    for b in range(len(target)):
        errors = []
        for p in np.flatnonzero(hidden[b] & inside[b].any(axis=-1)):
            wanted = target[b, p][inside[b, p]]
            if normal:
                every = np.where(inside[b], target[b], 0.0)
                wanted = ((every[p] - every.mean(axis=0)) / np.sqrt(every.var(axis=0) + eps))[inside[b, p]]
            errors.append(np.mean((painted[b, p][inside[b, p]] - wanted) ** 2))
        if errors:
            pictures.append(np.mean(errors))
    return float(np.mean(pictures)) if pictures else 0.0
