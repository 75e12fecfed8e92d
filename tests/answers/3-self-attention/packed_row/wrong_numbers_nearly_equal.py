# Compares documents with np.isclose.
# loses: test_pack_apart


def packed_row(documents):
    T = len(documents)
    real = documents != -1
    positions = np.zeros(T, dtype=int)
    learns = np.zeros(T, dtype=bool)
    for t in range(1, T):
        if real[t] and documents[t] == documents[t - 1]:
            positions[t] = positions[t - 1] + 1
            learns[t - 1] = True
    allowed = np.tril(np.isclose(documents[:, None], documents) & real[:, None])
    return positions, allowed, learns
