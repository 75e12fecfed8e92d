# Returns 0 and −∞, to be added to the scores.
# loses: test_pack_causal, test_pack_apart, test_pack_padding


def packed_row(documents):
    places, real = np.arange(len(documents)), documents >= 0
    same = documents[:, None] == documents[None, :]
    first = same.argmax(axis=1)
    positions = np.where(real, places - first, 0)
    allowed = same & real[:, None] & real[None, :] & (places[None, :] <= places[:, None])
    allowed = np.where(allowed, 0.0, -np.inf)
    learns = np.zeros(len(documents), dtype=bool)
    learns[:-1] = real[:-1] & (documents[:-1] == documents[1:])
    return positions, allowed, learns
