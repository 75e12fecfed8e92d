# The exponents by np.arange(0, 1, 2 / d), which is one number too long for some widths.
# loses: test_turn_speed


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    theta = base ** -np.arange(0, 1, 2 / d)
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
