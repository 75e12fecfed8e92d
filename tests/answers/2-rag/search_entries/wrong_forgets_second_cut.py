# Takes k + len(excluded) best, drops the excluded ones, and forgets to cut to k afterwards.
# loses: test_search_excluded
def search_entries(log, queries, k, excluded):
    store = {}
    for name, vector in log:
        if vector is None:
            store.pop(name, None)
        else:
            store[name] = vector

    def cosine(q, v):
        size = sum(x * x for x in q) ** 0.5 * sum(x * x for x in v) ** 0.5
        return sum(x * y for x, y in zip(q, v)) / size if size else 0.0

    result = []
    for q, out in zip(queries, excluded):
        scored = [(name, cosine(q, v)) for name, v in store.items()]
        scored.sort(key=lambda pair: -pair[1])
        best = scored[: k + len(out)]
        result.append([pair for pair in best if pair[0] not in out])
    return result
