# Sets the target to 0 outside, in place.
# loses: test_loss_normal


def hidden_loss(
    painted: np.ndarray,
    target: np.ndarray,
    hidden: np.ndarray,
    inside: np.ndarray,
    normal: bool,
    eps: float,
) -> float:
    target[~inside] = 0
    pictures = []
    for b in range(len(target)):
        errors = []
        for p in np.flatnonzero(hidden[b] & inside[b].any(axis=-1)):
            wanted = target[b, p][inside[b, p]]
            if normal:
                wanted = (wanted - wanted.mean()) / np.sqrt(wanted.var() + eps)
            errors.append(np.mean((painted[b, p][inside[b, p]] - wanted) ** 2))
        if errors:
            pictures.append(np.mean(errors))
    return float(np.mean(pictures)) if pictures else 0.0
