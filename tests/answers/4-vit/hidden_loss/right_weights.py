# One weighted sum over all pixels that count.


def hidden_loss(painted, target, hidden, inside, normal, eps):
    counts = inside & hidden[..., None]
    b, p, _ = np.nonzero(counts)
    t, x = target[counts].astype(float), painted[counts]
    patch = b * hidden.shape[1] + p
    sizes = np.bincount(patch, minlength=hidden.size)
    if not len(t):
        return 0.0
    if normal:
        t = t - (np.bincount(patch, t, hidden.size) / np.maximum(sizes, 1))[patch]
        t = t / np.sqrt((np.bincount(patch, t**2, hidden.size) / np.maximum(sizes, 1))[patch] + eps)
    patches = (sizes.reshape(hidden.shape) > 0).sum(axis=1)
    weights = 1 / sizes[patch] / patches[b] / (patches > 0).sum()
    return float(weights @ (x - t) ** 2)
