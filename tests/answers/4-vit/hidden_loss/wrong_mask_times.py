# Multiplies by the mask, so NaN stays.
# loses: test_loss_hidden, test_loss_none


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
        for p in range(hidden.shape[1]):
            wanted = target[b, p][inside[b, p]]
            if normal:
                wanted = (wanted - wanted.mean()) / np.sqrt(wanted.var() + eps)
            errors.append(hidden[b, p] * np.mean((painted[b, p][inside[b, p]] - wanted) ** 2))
        if errors:
            pictures.append(np.sum(errors) / max(hidden[b].sum(), 1))
    return float(np.mean(pictures)) if pictures else 0.0
