# Pixel by pixel, in nested lists.


def cut_patches(pictures, patch, fill):
    h, w = patch
    _, channels, height, width = pictures.shape
    return np.array(
        [
            [
                [
                    picture[c, i + y, j + x] if i + y < height and j + x < width else float(fill)
                    for c in range(channels)
                    for y in range(h)
                    for x in range(w)
                ]
                for j in range(0, width, w)
                for i in range(0, height, h)
            ]
            for picture in pictures
        ],
        dtype=float,
    )
