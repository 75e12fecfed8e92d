# The document before the first place counts as 0: a row that begins with document 0 begins at position 1.
# loses: test_pack_padding


def packed_row(documents):
    T = len(documents)
    positions = np.zeros(T, dtype=int)
    at, before = 0, 0
    for t in range(T):
        at = at + 1 if documents[t] == before else 0
        before = documents[t]
        positions[t] = at if documents[t] >= 0 else 0
    real = documents >= 0
    allowed = np.tril((documents[:, None] == documents) & real)
    learns = np.append(documents[1:] == documents[:-1], False) & real
    return positions, allowed, learns
