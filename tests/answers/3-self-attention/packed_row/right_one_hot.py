# A column for each document; products of such columns, as floats.


def packed_row(documents):
    numbers = np.unique(documents[documents >= 0])
    member = (documents[:, None] == numbers).astype(float)  # (T, number of documents)
    allowed = np.tril(member @ member.T)
    positions = ((np.cumsum(member, axis=0) - 1) * member).sum(axis=1)
    last = len(documents) - 1
    learns = [float(i < last and member[i] @ member[min(i + 1, last)]) for i in range(last + 1)]
    return positions.astype(int), allowed, np.array(learns)
