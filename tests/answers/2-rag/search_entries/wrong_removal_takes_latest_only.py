# A removal brings the vector before the last one back.
# loses: test_search_log


def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            if len(store.get(name, [])) > 1:
                store[name].pop()
            else:
                store.pop(name, None)
        else:
            store[name] = [*store.get(name, []), vector]
    results = []
    for i, query in enumerate(queries):
        found = []
        for name, vectors in store.items():
            vector = vectors[-1]
            if name in excluded[i]:
                continue
            dot = sum(a * b for a, b in zip(query, vector, strict=True))
            lengths = sum(a * a for a in query) ** 0.5 * sum(b * b for b in vector) ** 0.5
            found.append((name, dot / lengths if lengths else 0.0))
        found.sort(key=lambda pair: pair[1], reverse=True)
        results.append(found[:k])
    return results
