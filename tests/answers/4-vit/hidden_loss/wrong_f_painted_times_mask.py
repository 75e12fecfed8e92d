# Takes outside pixels of the painting times 0.
# loses: test_loss_inside


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
            errors.append(
                ((painted[b, p] * inside[b, p])[inside[b, p]] - wanted).__pow__(2).sum() / inside[b, p].sum()
                + 0 * (painted[b, p] * inside[b, p]).sum()
            )
        if errors:
            pictures.append(np.mean(errors))
    return float(np.mean(pictures)) if pictures else 0.0
