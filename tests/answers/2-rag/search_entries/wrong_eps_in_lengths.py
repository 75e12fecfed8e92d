# Adds 1e-4 to the lengths so that nothing is divided by 0.
# loses: test_search_scores, test_search_ties, test_search_log, test_search_zeros


def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
        else:
            store[name] = vector
    results = []
    for i, query in enumerate(queries):
        found = []
        for name, vector in store.items():
            if name in excluded[i]:
                continue
            dot = sum(a * b for a, b in zip(query, vector, strict=True))
            lengths = sum(a * a for a in query) ** 0.5 * sum(b * b for b in vector) ** 0.5
            found.append((name, dot / (lengths + 1e-4)))
        found.sort(key=lambda pair: pair[1], reverse=True)
        results.append(found[:k])
    return results
