# A removed id leaves an empty entry behind; when it comes back it stands where it was removed.
# loses: test_search_log
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
            store[name] = None
        else:
            store[name] = vector
    result = []
    for q, out in zip(queries, excluded):
        rows = []
        for name, v in store.items():
            if v is None or name in out:
                continue
            size = np.linalg.norm(q) * np.linalg.norm(v)
            rows.append((name, float(np.dot(q, v) / size) if size else 0.0))
        rows.sort(key=lambda row: -row[1])
        result.append(rows[:k])
    return result
