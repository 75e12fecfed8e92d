# A place with padding goes on with the positions of the document before it.
# loses: test_pack_padding


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.zeros(len(documents), dtype=int)
    for i in range(1, len(documents)):
        if documents[i] == documents[i - 1] or documents[i] < 0:
            positions[i] = positions[i - 1] + 1
    allowed = same & real[:, None] & real[None, :] & (places[None, :] <= places[:, None])
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
