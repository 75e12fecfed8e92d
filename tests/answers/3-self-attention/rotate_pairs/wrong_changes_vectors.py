# Writes into the vectors that it was given.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    turned = first * cos - second * sin, first * sin + second * cos
    vectors[..., :half], vectors[..., half:] = turned
    return vectors.copy()
