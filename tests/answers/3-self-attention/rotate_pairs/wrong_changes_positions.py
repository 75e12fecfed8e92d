# Sorts out the positions in place, so that the first is 0, and puts back nothing.
# loses: test_turn_places, test_turn_relative


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    positions -= positions[0]
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
