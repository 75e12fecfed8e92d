# Takes the root last: base^(2i) overflows for wide vectors, and the last pairs do not turn.
# loses: test_turn_speed


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    theta = 1 / (base ** (2.0 * np.arange(half))) ** (1 / d)
    angles = positions[:, None] * theta
    first, second = vectors[..., :half], vectors[..., half:]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
