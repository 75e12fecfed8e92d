# Takes neighbours as pairs and writes the results as halves.
# loses: test_turn_pairs, test_turn_speed, test_turn_places


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., ::2], vectors[..., 1::2]
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
