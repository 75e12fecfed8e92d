# itertools.groupby, and a square block for each document.


from itertools import groupby


def packed_row(documents):
    t = len(documents)
    positions, allowed, learns = np.zeros(t, int), np.zeros((t, t), bool), np.zeros(t, bool)
    start = 0
    for number, run in groupby(documents.tolist()):
        size = len(list(run))
        if number >= 0:
            own = slice(start, start + size)
            positions[own] = range(size)
            allowed[own, own] = np.tri(size, dtype=bool)
            learns[start : start + size - 1] = True
        start += size
    return positions, allowed, learns
