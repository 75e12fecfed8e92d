# Counts in a table that has an entry for each number up to the largest.
# loses: test_pack_apart, test_pack_targets


def packed_row(documents):
    T = len(documents)
    counts = np.zeros(max(documents.max(), 0) + 1, dtype=np.int64)
    positions, learns = np.zeros(T, dtype=int), np.zeros(T, dtype=bool)
    same = (documents[:, None] == documents) & (documents >= 0)
    for i, document in enumerate(documents):
        if document >= 0:
            positions[i] = counts[document]
            counts[document] += 1
            learns[i] = i < T - 1 and same[i, i + 1]
    return positions, np.tril(same), learns
