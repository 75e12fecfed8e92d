# Compares documents as float32.
# loses: test_pack_apart, test_pack_targets


def packed_row(documents):
    T = len(documents)
    documents = documents.astype(np.float32)
    real = documents != -1
    same = documents[:, None] == documents[None, :]
    allowed = same & np.tri(T, dtype=bool) & real[:, None] & real[None, :]
    positions = np.maximum(allowed.sum(axis=1) - 1, 0)
    learns = np.zeros(T, dtype=bool)
    learns[:-1] = (documents[1:] == documents[:-1]) & real[:-1]
    return positions, allowed, learns
