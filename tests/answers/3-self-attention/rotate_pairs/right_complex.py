# Each pair is a complex number, times e^(ipθ).


def rotate_pairs(vectors, positions, base):
    half = vectors.shape[-1] // 2
    pairs = vectors[..., :half] + 1j * vectors[..., half:]
    turned = pairs * np.exp(1j * np.outer(positions, base ** (-2 * np.arange(half) / vectors.shape[-1])))
    return np.concatenate([turned.real, turned.imag], axis=-1)
