# One product of all queries with all vectors; lists of ids and rows, and a tuple of tuples.


def search_entries(log, queries, k, excluded):
    names, rows = [], []
    for name, vector in log:
        at = next((i for i, known in enumerate(names) if type(known) is type(name) and known == name), None)
        if vector is None and at is not None:
            del names[at], rows[at]
        elif vector is not None and at is not None:
            rows[at] = vector
        elif vector is not None:
            names.append(name)
            rows.append(vector)
    table, asked = np.array(rows, dtype=float), np.array(queries, dtype=float)
    if not names:
        return tuple(() for _ in queries)
    lengths = np.linalg.norm(table, axis=1) * np.linalg.norm(asked, axis=1)[:, None]
    cosines = (asked[:, None] * table).sum(axis=2) / np.where(lengths == 0, 1, lengths)
    results = []
    for row, ids in zip(cosines, excluded, strict=True):
        order = [j for j in np.lexsort((np.arange(len(names)), -row)) if names[j] not in ids]
        results.append(tuple((names[j], row[j]) for j in order[:k]))
    return tuple(results)
