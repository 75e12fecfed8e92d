# The exponents run from 0 to 1, both included.
# loses: test_turn_speed


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    theta = base ** (-np.linspace(0, 1, half))
    angles = positions[:, None] * theta
    first, second = vectors[..., :half], vectors[..., half:]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
