# Fills channel 0 only; elsewhere there is 0.
# loses: test_cut_fill


def cut_patches(pictures: np.ndarray, patch: tuple[int, int], fill: float) -> np.ndarray:
    count, channels, height, width = pictures.shape
    h, w = patch
    rows, columns = -(-height // h), -(-width // w)
    page = np.full((count, channels, rows * h, columns * w), 0.0)
    page[:, :1] = fill
    page[:, :, :height, :width] = pictures
    grid = page.reshape(count, channels, rows, h, columns, w)
    return grid.transpose(0, 4, 2, 1, 3, 5).reshape(count, columns * rows, channels * h * w)
