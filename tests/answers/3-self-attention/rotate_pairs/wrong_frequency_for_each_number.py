# Each of the d numbers has its own frequency, also within a pair.
# loses: test_turn_angle, test_turn_speed, test_turn_places, test_turn_relative


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-np.arange(2 * half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    other = np.concatenate([-second, first], axis=-1)
    return vectors * cos + other * sin
