# Divides the queries by their length in place, so the argument queries is changed.
# loses: test_search_excluded
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
        else:
            store[name] = vector

    def cosine(q, v):
        q, v = np.array(q, dtype=float), np.array(v, dtype=float)
        length = np.linalg.norm(q) * np.linalg.norm(v)
        return float(q @ v / length) if length > 0 else 0.0

    result = []
    for q, no in zip(queries, excluded):
        length = np.linalg.norm(q)
        if length > 0:
            for j in range(len(q)):
                q[j] = float(q[j] / length)
        found = [(name, cosine(q, v)) for name, v in store.items() if name not in no]
        found.sort(key=lambda pair: -pair[1])
        result.append(found[:k])
    return result
