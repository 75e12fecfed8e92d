# Takes the best k + len(excluded), leaves the excluded out, and does not cut to k again.
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
        found = [(name, cosine(q, v)) for name, v in store.items()]
        found.sort(key=lambda pair: -pair[1])
        result.append([pair for pair in found[: k + len(no)] if pair[0] not in no] if k else [])
    return result
