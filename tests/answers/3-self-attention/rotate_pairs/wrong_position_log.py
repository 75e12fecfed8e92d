# The angle grows with log(1 + p), so that far positions differ less.
# loses: test_turn_angle, test_turn_pairs, test_turn_speed, test_turn_places, test_turn_relative


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = np.sign(positions)[:, None] * np.log1p(np.abs(positions))[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
