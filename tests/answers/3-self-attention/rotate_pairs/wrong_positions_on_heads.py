# With more axes, position t goes to head t.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    if vectors.ndim > 2 and vectors.shape[-3] == len(cos):
        cos, sin = cos[:, None], sin[:, None]
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
