# With more axes, positions count on through all rows.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    rows = vectors.reshape(-1, 2 * half)
    shape, vectors = vectors.shape, rows
    places = np.arange(len(rows))
    at = positions[places % len(positions)] + places // len(positions)
    angles = at[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1).reshape(shape)
