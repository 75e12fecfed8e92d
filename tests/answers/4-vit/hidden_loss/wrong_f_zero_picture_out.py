# Leaves out a picture whose loss is exactly 0.
# loses: test_loss_none


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
                wanted = (wanted - wanted.mean()) / np.sqrt(wanted.var() + eps)
            errors.append(np.mean((painted[b, p][inside[b, p]] - wanted) ** 2))
        if errors and np.mean(errors):
            pictures.append(np.mean(errors))
    return float(np.mean(pictures)) if pictures else 0.0
