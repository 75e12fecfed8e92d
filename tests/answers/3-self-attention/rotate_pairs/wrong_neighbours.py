# Pairs are neighbours, 2i and 2i + 1, as in the paper.
# loses: test_turn_pairs


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    theta = base ** (-2 * np.arange(half) / vectors.shape[-1])
    angles = positions[:, None] * theta
    cos, sin = np.cos(angles), np.sin(angles)
    first, second = vectors[..., ::2], vectors[..., 1::2]
    turned = np.zeros(vectors.shape)
    turned[..., ::2] = first * cos - second * sin
    turned[..., 1::2] = first * sin + second * cos
    return turned
