# Compares the excluded ids as text, so that "1" shuts out 1, too.
# loses: test_search_excluded
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
        else:
            store[name] = np.array(vector, dtype=float)
    result = []
    for q, out in zip(queries, excluded):
        q = np.array(q, dtype=float)
        out = {str(name) for name in out}
        rows = []
        for name, v in store.items():
            if str(name) not in out:
                size = np.linalg.norm(q) * np.linalg.norm(v)
                rows.append((name, float(q @ v / size) if size else 0.0))
        result.append(sorted(rows, key=lambda row: -row[1])[:k])
    return result
