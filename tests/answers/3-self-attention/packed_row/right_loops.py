# Place by place, with lists.


def packed_row(documents):
    documents = documents.tolist()
    size = len(documents)
    positions, learns = [0] * size, [False] * size
    allowed = [[False] * size for _ in range(size)]
    for i, mine in enumerate(documents):
        if mine == -1:
            continue
        if i > 0 and documents[i - 1] == mine:
            positions[i] = positions[i - 1] + 1
        for j in range(i + 1):
            allowed[i][j] = documents[j] == mine
        learns[i] = i + 1 < size and documents[i + 1] == mine
    return np.array(positions), np.array(allowed), np.array(learns)
