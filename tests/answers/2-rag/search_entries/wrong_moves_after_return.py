# An id that was removed once moves to the end at each later replacement, too.
# loses: test_search_log
def search_entries(log, queries, k, excluded):
    store, removed = {}, set()
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
            removed.add(name)
        else:
            if name in removed:  # comes in at the end
                store.pop(name, None)
            store[name] = vector

    def cosine(q, v):
        q, v = np.array(q, dtype=float), np.array(v, dtype=float)
        length = np.linalg.norm(q) * np.linalg.norm(v)
        return float(q @ v / length) if length > 0 else 0.0

    result = []
    for q, no in zip(queries, excluded):
        found = [(name, cosine(q, v)) for name, v in store.items() if name not in no]
        found.sort(key=lambda pair: -pair[1])
        result.append(found[:k])
    return result
