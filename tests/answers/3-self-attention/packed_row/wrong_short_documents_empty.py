# A document of one token looks nowhere.
# loses: test_pack_causal, test_pack_apart, test_pack_padding


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.where(real, places - first, 0)
    allowed = same & real[:, None] & real[None, :] & (places[None, :] <= places[:, None])
    allowed[same.sum(axis=1) == 1] = False
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
