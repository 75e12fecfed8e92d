# Fills at the bottom only where columns are missing, too; else what is left of the rows is dropped.
# loses: test_cut_fill


def cut_patches(pictures: np.ndarray, patch: tuple[int, int], fill: float) -> np.ndarray:
    count, channels, height, width = pictures.shape
    h, w = patch
    rows, columns = -(-height // h), -(-width // w)
    if width % w == 0:
        rows = height // h
        height = rows * h
        pictures = pictures[:, :, :height]
    page = np.full((count, channels, rows * h, columns * w), float(fill))
    page[:, :, :height, :width] = pictures
    grid = page.reshape(count, channels, rows, h, columns, w)
    return grid.transpose(0, 4, 2, 1, 3, 5).reshape(count, columns * rows, channels * h * w)
