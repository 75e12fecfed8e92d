# Ids are compared as text, so 1 and "1" are one id.
# loses: test_search_excluded
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        key = str(name)
        if vector is None:
            store.pop(key, None)
        else:
            store[key] = (name, vector)

    def cosine(q, v):
        length = np.linalg.norm(q) * np.linalg.norm(v)
        return float(np.dot(q, v) / length) if length > 0 else 0.0

    result = []
    for q, no in zip(queries, excluded):
        no = {str(name) for name in no}
        found = [(name, cosine(q, v)) for key, (name, v) in store.items() if key not in no]
        result.append(sorted(found, key=lambda pair: -pair[1])[:k])
    return result
