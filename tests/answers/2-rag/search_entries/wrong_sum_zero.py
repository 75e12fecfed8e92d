# Tests whether a vector holds only zeros by its sum, which is also 0 for [1, -1].
# loses: test_search_ties
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
        else:
            store[name] = vector
    result = []
    for q, out in zip(queries, excluded):
        rows = []
        for name, v in store.items():
            if name in out:
                continue
            if sum(q) == 0 or sum(v) == 0:
                score = 0.0
            else:
                score = float(np.dot(q, v) / (np.linalg.norm(q) * np.linalg.norm(v)))
            rows.append((name, score))
        rows = sorted(rows, key=lambda row: row[1], reverse=True)
        result.append(rows[:k])
    return result
