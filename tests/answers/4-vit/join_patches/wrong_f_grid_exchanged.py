# Numbers a grid of as many columns as rows: corners with rows and columns exchanged.
# loses: test_join_inverse, test_join_overlap, test_join_fill


def join_patches(
    vectors: np.ndarray,
    weights: np.ndarray,
    patch: tuple[int, int],
    step: tuple[int, int],
    size: tuple[int, int],
    fill: float,
) -> np.ndarray:
    count, _, length = vectors.shape
    (h, w), (height, width) = patch, size
    channels = length // (h * w)
    total, weight = np.zeros((count, channels, height, width)), np.zeros((count, 1, height, width))
    corners = [(i, j) for j in range(0, height, step[0]) for i in range(0, width, step[1])]
    for p, (i, j) in enumerate(corners):
        square = vectors[:, p].reshape(count, channels, h, w)[:, :, : height - i, : width - j]
        each = weights[:, p].reshape(count, 1, 1, 1)
        total[:, :, i : i + h, j : j + w] += each * square
        weight[:, :, i : i + h, j : j + w] += each
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1), fill)
