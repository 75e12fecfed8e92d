# Subtracts the largest score of all heads of a group.
# loses: test_group_large


def grouped_lookup(queries, keys, values, allowed):
    H, n, d = queries.shape
    G, _, e = values.shape
    q = queries.reshape(G, H // G, n, d)
    s = np.einsum("grnd,gtd->grnt", q, keys) * d**-0.5
    s = s + np.log(allowed.astype(float))
    w = np.exp(s - s.max((1, -1), keepdims=True))
    w = np.nan_to_num(w / w.sum(-1, keepdims=True), nan=0.0)
    return np.einsum("grnt,gte->grne", w, values).reshape(H, n, e)
