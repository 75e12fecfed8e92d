# Pairs the first number with the last, the second with the last but one.
# loses: test_turn_pairs, test_turn_speed


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:][..., ::-1]
    return np.concatenate([first * cos - second * sin, (first * sin + second * cos)[..., ::-1]], axis=-1)
