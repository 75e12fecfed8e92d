# Counts each document with np.unique, and puts the positions one after another in the order of the numbers.
# loses: test_pack_positions


def packed_row(documents):
    T = len(documents)
    real = documents != -1
    positions = np.zeros(T, dtype=int)
    learns = np.zeros(T, dtype=bool)
    for t in range(1, T):
        if real[t] and documents[t] == documents[t - 1]:
            positions[t] = positions[t - 1] + 1
            learns[t - 1] = True
    _, counts = np.unique(documents[real], return_counts=True)
    positions[real] = np.concatenate([np.arange(c) for c in counts]) if len(counts) else 0
    allowed = np.tril((documents[:, None] == documents) & real[:, None])
    return positions, allowed, learns
