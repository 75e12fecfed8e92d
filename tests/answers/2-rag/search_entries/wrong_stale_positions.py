# Positions are not corrected after a removal: a later replacement hits the wrong row.
# loses: test_search_log
def search_entries(log, queries, k, excluded):
    ids, vectors, position = [], [], {}
    for name, vector in log:
        if vector is None:
            if name in position:
                at = ids.index(name)
                del ids[at], vectors[at], position[name]
        elif name in position:
            if position[name] < len(vectors):
                vectors[position[name]] = vector
        else:
            position[name] = len(ids)
            ids.append(name)
            vectors.append(vector)

    def cosine(q, v):
        length = np.linalg.norm(q) * np.linalg.norm(v)
        return float(np.dot(q, v) / length) if length > 0 else 0.0

    result = []
    for q, no in zip(queries, excluded):
        found = [(name, cosine(q, v)) for name, v in zip(ids, vectors) if name not in no]
        result.append(sorted(found, key=lambda pair: -pair[1])[:k])
    return result
