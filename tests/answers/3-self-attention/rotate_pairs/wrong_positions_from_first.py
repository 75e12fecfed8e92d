# Positions are counted from the first one given.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = (positions - positions[0])[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
