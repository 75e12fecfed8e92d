# The base is 10 000, whatever is given.
# loses: test_turn_pairs, test_turn_speed


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = 10_000 ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
