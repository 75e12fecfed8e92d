# Two loops over corners, and np.pad.


def cut_patches(pictures, patch, fill):
    h, w = patch
    height, width = pictures.shape[2:]
    wide = np.pad(
        pictures.astype(float), ((0, 0), (0, 0), (0, -height % h), (0, -width % w)), constant_values=fill
    )
    parts = []
    for left in range(0, width, w):
        for top in range(0, height, h):
            parts.append(wide[:, :, top : top + h, left : left + w].reshape(len(pictures), -1))
    return np.stack(parts, axis=1)
