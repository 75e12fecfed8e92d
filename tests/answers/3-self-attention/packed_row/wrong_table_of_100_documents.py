# Counts in a table of 100 documents.
# loses: test_pack_positions, test_pack_apart, test_pack_targets


def packed_row(documents):
    T = len(documents)
    real = documents != -1
    positions = np.zeros(T, dtype=int)
    learns = np.zeros(T, dtype=bool)
    for t in range(1, T):
        if real[t] and documents[t] == documents[t - 1]:
            positions[t] = positions[t - 1] + 1
            learns[t - 1] = True
    seen = np.zeros(100, dtype=int)
    for t in range(T):
        if real[t]:
            positions[t] = seen[documents[t]]
            seen[documents[t]] += 1
    allowed = np.tril((documents[:, None] == documents) & real[:, None])
    return positions, allowed, learns
