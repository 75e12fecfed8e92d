# The last beginning of a document, carried on with maximum.accumulate.


def packed_row(documents):
    places = np.arange(documents.size)
    begins = np.ones(documents.size, dtype=bool)
    begins[1:] = documents[1:] != documents[:-1]
    positions = places - np.maximum.accumulate(np.where(begins, places, 0))
    positions[documents == -1] = 0
    # i looks at j where j is behind i by no more than i's position
    behind = np.subtract.outer(places, places)
    allowed = (behind >= 0) & (behind <= positions[:, None]) & (documents != -1)[:, None]
    learns = np.concatenate([~begins[1:], [False]]) & (documents != -1)
    return positions, allowed, learns
