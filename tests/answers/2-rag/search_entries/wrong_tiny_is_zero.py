# Uses np.isclose(length, 0): a very short vector counts as one that holds only zeros.
# loses: test_search_zeros
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
        return float(q @ v / length) if not np.isclose(length, 0) else 0.0

    result = []
    for q, no in zip(queries, excluded):
        found = [(name, cosine(q, v)) for name, v in store.items() if name not in no]
        found.sort(key=lambda pair: -pair[1])
        result.append(found[:k])
    return result
