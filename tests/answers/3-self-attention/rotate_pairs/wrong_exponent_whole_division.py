# Uses // for the exponent, so that all pairs turn equally fast.
# loses: test_turn_speed


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    theta = base ** (-(2 * np.arange(half) // d))
    angles = positions[:, None] * theta
    first, second = vectors[..., :half], vectors[..., half:]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
