# With more axes, only the first text is turned.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    turned = np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
    if vectors.ndim > 2:
        turned[1:] = vectors[1:]
    return turned
