# Takes positions beyond ±64 for ±64.
# loses: test_turn_places


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    theta = base ** (-2 * np.arange(half) / d)
    angles = np.clip(positions, -64, 64)[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
