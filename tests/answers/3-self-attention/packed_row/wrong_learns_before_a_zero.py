# Takes what comes after the row for document 0.
# loses: test_pack_padding


def packed_row(documents):
    T = len(documents)
    real = documents != -1
    same = documents[:, None] == documents[None, :]
    allowed = same & np.tri(T, dtype=bool) & real[:, None] & real[None, :]
    positions = np.maximum(allowed.sum(axis=1) - 1, 0)
    learns = (np.append(documents[1:], 0) == documents) & real
    return positions, allowed, learns
