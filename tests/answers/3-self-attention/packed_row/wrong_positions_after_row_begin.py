# The row's first document is counted right; the others begin at 1.
# loses: test_pack_positions, test_pack_padding


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.where(real, places - first + (first > 0), 0)
    allowed = same & real[:, None] & real[None, :] & (places[None, :] <= places[:, None])
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
