# A place looks at documents with a number up to its own.
# loses: test_pack_apart


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.where(real, places - first, 0)
    allowed = (
        (documents[:, None] >= documents[None, :])
        & real[:, None]
        & real[None, :]
        & (places[None, :] <= places[:, None])
    )
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
