# np.lexsort over the whole table, and cumulated hits.


def recalls(scores, owner, ks):
    own = np.equal.outer(np.arange(len(scores)), np.asarray(owner))

    def hits(table, right):
        order = np.lexsort((right, -table), axis=1)
        return np.cumsum(np.take_along_axis(right, order, axis=1), axis=1)

    rows, columns = hits(scores, own), hits(scores.T, own.T)
    a, b, n = own.any(axis=1), own.any(axis=0), own.sum(axis=1)
    result = {}
    for k in ks:
        if not a.any():
            result[k] = (0.0, 0.0, 0.0)
            continue
        top, back = rows[a, min(k, rows.shape[1]) - 1], columns[b, min(k, columns.shape[1]) - 1]
        result[k] = tuple(float(x.mean()) for x in (top > 0, back > 0, top / np.minimum(k, n[a])))
    return result
