# Marks what lies outside by NaN and fills all NaN, those of the picture, too.
# loses: test_cut_fill


def cut_patches(pictures: np.ndarray, patch: tuple[int, int], fill: float) -> np.ndarray:
    count, channels, height, width = pictures.shape
    h, w = patch
    rows, columns = -(-height // h), -(-width // w)
    page = np.full((count, channels, rows * h, columns * w), np.nan)
    page[:, :, :height, :width] = pictures
    page = np.where(np.isnan(page), fill, page)
    grid = page.reshape(count, channels, rows, h, columns, w)
    return grid.transpose(0, 4, 2, 1, 3, 5).reshape(count, columns * rows, channels * h * w)
