# Compares the next document with np.isclose.
# loses: test_pack_targets


def packed_row(documents):
    T = len(documents)
    real = documents != -1
    same = documents[:, None] == documents[None, :]
    allowed = same & np.tri(T, dtype=bool) & real[:, None] & real[None, :]
    positions = np.maximum(allowed.sum(axis=1) - 1, 0)
    learns = np.zeros(T, dtype=bool)
    learns[:-1] = np.isclose(documents[1:], documents[:-1]) & real[:-1]
    return positions, allowed, learns
