# On a larger page, which is cut at the end.


def join_patches(vectors, weights, patch, step, size, fill):
    (h, w), (r, c), (height, width) = patch, step, size
    count, _, length = vectors.shape
    channels = length // h // w
    page = np.zeros((2, count, channels, height + h, width + w))
    p = 0
    for left in range(0, width, c):
        for top in range(0, height, r):
            weight = weights[:, p, None, None, None]
            page[0, :, :, top : top + h, left : left + w] += (
                vectors[:, p].reshape(-1, channels, h, w) * weight
            )
            page[1, :, :, top : top + h, left : left + w] += weight
            p += 1
    above, below = page[..., :height, :width]
    out = np.full(above.shape, float(fill))
    return np.divide(above, below, out=out, where=below > 0)
