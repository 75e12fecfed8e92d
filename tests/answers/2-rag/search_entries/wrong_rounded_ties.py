# Sorts by the score rounded to three places, so nearly equal scores count as equal.
# loses: test_search_ties
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
        found = [(name, cosine(q, v)) for name, v in store.items() if name not in no]
        found.sort(key=lambda pair: -round(pair[1], 3))
        result.append(found[:k])
    return result
