# Length and angle of each pair: the angle grows, the length stays.


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    x, y = vectors[..., : d // 2], vectors[..., d // 2 :]
    length, angle = np.hypot(x, y), np.arctan2(y, x)
    for i in range(d // 2):
        angle[..., i] += positions * base ** (-2.0 * i / d)
    return np.concatenate([length * np.cos(angle), length * np.sin(angle)], axis=-1)
