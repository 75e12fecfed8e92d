# Whole arrays, with np.where before anything is computed.


def hidden_loss(painted, target, hidden, inside, normal, eps):
    counts = inside & hidden[..., None]
    t, x = np.where(counts, target, 0.0), np.where(counts, painted, 0.0)
    n = counts.sum(axis=-1, keepdims=True)
    safe = np.maximum(n, 1)
    if normal:
        mean = t.sum(axis=-1, keepdims=True) / safe
        variance = (np.where(counts, t - mean, 0) ** 2).sum(axis=-1, keepdims=True) / safe
        t = np.where(counts, (t - mean) / np.sqrt(variance + eps), 0)
    errors = ((x - t) ** 2).sum(axis=-1) / safe[..., 0]
    patches = (n[..., 0] > 0).sum(axis=1)
    good = patches > 0
    return float((errors.sum(axis=1)[good] / patches[good]).mean()) if good.any() else 0.0
