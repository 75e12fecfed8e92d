# The place of a new id is the size of the store, which shrinks when ids are removed.
# loses: test_search_log
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
        elif name in store:
            store[name] = (store[name][0], vector)
        else:
            store[name] = (len(store), vector)
    result = []
    for q, out in zip(queries, excluded):
        q = np.array(q, dtype=float)
        rows = []
        for name, (place, v) in store.items():
            if name in out:
                continue
            v = np.array(v, dtype=float)
            size = np.linalg.norm(q) * np.linalg.norm(v)
            score = float(q @ v / size) if size > 0 else 0.0
            rows.append((-score, place, name))
        rows.sort(key=lambda row: row[:2])
        result.append([(name, -minus) for minus, place, name in rows[:k]])
    return result
