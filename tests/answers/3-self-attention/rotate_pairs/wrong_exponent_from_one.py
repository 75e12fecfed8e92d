# i begins at 1.
# loses: test_turn_angle, test_turn_speed


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(1, half + 1) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
