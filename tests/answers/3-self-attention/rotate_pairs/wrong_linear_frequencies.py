# The frequencies fall in a line from 1 to 1/base.
# loses: test_turn_speed


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = np.linspace(1, 1 / base, half + 1)[:half]
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
