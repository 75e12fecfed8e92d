# Makes the mask first: a position is how many places one looks at, less one.


def packed_row(documents):
    same = np.equal.outer(documents, documents)
    same[documents < 0] = False
    allowed = np.tril(same)
    positions = np.maximum(allowed.sum(axis=1) - 1, 0)
    learns = np.triu(same, 1).any(axis=1)
    return positions, allowed, learns
