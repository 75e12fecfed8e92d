# Cuts row by row, and orders by a grid with rows and columns exchanged: right for square grids.
# loses: test_cut_order


def cut_patches(pictures: np.ndarray, patch: tuple[int, int], fill: float) -> np.ndarray:
    count, channels, height, width = pictures.shape
    h, w = patch
    rows, columns = -(-height // h), -(-width // w)
    page = np.full((count, channels, rows * h, columns * w), float(fill))
    page[:, :, :height, :width] = pictures
    grid = page.reshape(count, channels, rows, h, columns, w)
    order = np.arange(rows * columns).reshape(columns, rows).T.ravel()
    return grid.transpose(0, 2, 4, 1, 3, 5).reshape(count, columns * rows, channels * h * w)[:, order]
