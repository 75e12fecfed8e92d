# A (d, d) matrix of rotation for each position.


def rotate_pairs(vectors, positions, base):
    d = vectors.shape[-1]
    half = d // 2
    turns = np.zeros((len(positions), d, d))
    for t, p in enumerate(positions):
        for i in range(half):
            angle = p / base ** (2 * i / d)
            turns[t, i, i] = turns[t, i + half, i + half] = np.cos(angle)
            turns[t, i, i + half] = -np.sin(angle)
            turns[t, i + half, i] = np.sin(angle)
    return np.einsum("tij,...tj->...ti", turns, vectors)
