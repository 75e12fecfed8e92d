# Reads the log backwards for the last vector of each id, and takes the best one by one.


def search_entries(log, queries, k, excluded):
    last, start = {}, {}
    for at in reversed(range(len(log))):
        name, vector = log[at]
        if name not in last:
            last[name] = vector
    for at, (name, vector) in enumerate(log):
        if vector is None:
            start.pop(name, None)
        else:
            start.setdefault(name, at)
    results = []
    for query, ids in zip(queries, excluded, strict=True):
        left = {}
        for name in sorted(start, key=start.get):
            if name not in set(ids):
                a, b = np.array(query, dtype=float), np.array(last[name], dtype=float)
                both = np.sqrt(a @ a) * np.sqrt(b @ b)
                left[name] = float((a * b).sum() / both) if both > 0 else 0.0
        row = []
        while left and len(row) < k:
            name = max(left, key=left.get)
            row.append([name, left.pop(name)])
        results.append(row)
    return results
