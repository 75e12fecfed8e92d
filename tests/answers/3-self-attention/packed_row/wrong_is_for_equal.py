# "is" in place of "==", on whole numbers: the same only for small ones.
# loses: test_pack_positions, test_pack_targets


def packed_row(documents):
    row = [int(x) for x in documents]
    positions, learns = [0] * len(row), [False] * len(row)
    for i in range(1, len(row)):
        if row[i] >= 0 and row[i] is row[i - 1]:
            positions[i] = positions[i - 1] + 1
            learns[i - 1] = True
    allowed = np.tril((documents[:, None] == documents) & (documents >= 0))
    return np.array(positions), allowed, np.array(learns)
