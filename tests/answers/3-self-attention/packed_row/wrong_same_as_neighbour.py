# A place looks at itself and at the one before it only.
# loses: test_pack_causal


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.where(real, places - first, 0)
    allowed = (
        same
        & real[:, None]
        & real[None, :]
        & (places[None, :] <= places[:, None])
        & (places[None, :] >= places[:, None] - 1)
    )
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
