# Pixel by pixel.


def join_patches(vectors, weights, patch, step, size, fill):
    (h, w), (r, c), (height, width) = patch, step, size
    rows = math.ceil(height / r)
    parts = vectors.reshape(*vectors.shape[:2], -1, h, w)
    out = np.full((len(vectors), parts.shape[2], height, width), float(fill))
    for b, k, y, x in np.ndindex(out.shape):
        above = below = 0.0
        for p in range(parts.shape[1]):
            i, j = y - p % rows * r, x - p // rows * c
            if 0 <= i < h and 0 <= j < w:
                above += weights[b, p] * parts[b, p, k, i, j]
                below += weights[b, p]
        if below:
            out[b, k, y, x] = above / below
    return out
