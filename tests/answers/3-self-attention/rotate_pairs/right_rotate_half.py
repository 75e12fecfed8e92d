# As libraries do it: cos times the vector plus sin times the halves exchanged.


def half_turn(x):
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([-second, first], axis=-1)


def rotate_pairs(vectors, positions, base):
    inverse = 1.0 / (base ** (np.arange(0, vectors.shape[-1], 2) / vectors.shape[-1]))
    angles = np.einsum("t,i->ti", positions, inverse)
    angles = np.tile(angles, 2)
    return vectors * np.cos(angles) + half_turn(vectors) * np.sin(angles)
