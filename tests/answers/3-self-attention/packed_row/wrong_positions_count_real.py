# Positions count the places that are no padding, through all documents.
# loses: test_pack_positions


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.where(real, np.cumsum(real) - 1, 0)
    allowed = same & real[:, None] & real[None, :] & (places[None, :] <= places[:, None])
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
