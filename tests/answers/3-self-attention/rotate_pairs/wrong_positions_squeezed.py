# Squeezes positions beyond 60 into 60.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    theta = base ** (-2 * np.arange(half) / d)
    T = vectors.shape[-2]
    if positions.max() > 60:
        positions = positions * 60 / positions.max()
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
