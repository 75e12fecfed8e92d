# Scatters all numbers at once.


def join_patches(vectors, weights, patch, step, size, fill):
    (h, w), (r, c), (height, width) = patch, step, size
    count, many, length = vectors.shape
    channels = length // (h * w)
    tops, lefts = np.arange(0, height, r), np.arange(0, width, c)
    top, left = np.tile(tops, len(lefts)), np.repeat(lefts, len(tops))
    y = (top[:, None, None] + np.arange(h)[:, None]) + np.zeros((1, 1, w), dtype=int)
    x = (left[:, None, None] + np.arange(w)) + np.zeros((1, h, 1), dtype=int)
    good = (y < height) & (x < width)
    place = (y * width + x)[good]
    out = np.empty((count, channels, height, width))
    for b in range(count):
        weight = np.broadcast_to(weights[b][:, None, None], good.shape)[good]
        below = np.bincount(place, weight, height * width)
        for k in range(channels):
            own = vectors[b].reshape(many, channels, h, w)[:, k][good]
            above = np.bincount(place, weight * own, height * width)
            mean = [a / s if s > 0 else fill for a, s in zip(above, below)]
            out[b, k] = np.reshape(mean, (height, width))
    return out
