# Gives kept patches the noise −1, as if all other noise were above.
# loses: test_hide_kept


def hide_patches(
    noise: np.ndarray, real: np.ndarray, kept: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    hidden, orders = np.zeros(noise.shape, dtype=bool), np.zeros(noise.shape, dtype=int)
    for b in range(len(noise)):
        patches = sorted(np.flatnonzero(real[b]), key=lambda p: (noise[b, p], p))
        value = np.where(kept[b], -1.0, noise[b])
        free = sorted(patches, key=lambda p: (value[p], p))
        number = min(
            math.floor(share * len(patches)),
            sum(1 for p in patches if not kept[b, p]),
            max(len(patches) - 1, 0),
        )
        chosen = free[len(free) - number :]
        hidden[b, chosen] = True
        seen = [p for p in patches if not hidden[b, p]]
        orders[b] = [*seen, *chosen, *np.flatnonzero(~real[b])]
    return hidden, orders, np.argsort(orders, axis=1)
