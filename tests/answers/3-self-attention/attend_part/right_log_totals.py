# Merges by the logarithms of the totals: the mixtures' weights are a sigmoid of their difference.


def attend_part(queries, keys, values):
    n, m = len(queries), len(keys)
    if m == 0:
        return np.full(n, -np.inf), np.zeros(n), np.zeros((n, values.shape[1]))
    scores = np.einsum("nd,md->nm", queries, keys) * queries.shape[1] ** -0.5
    highest = scores.max(axis=1)
    logs = np.logaddexp.reduce(scores, axis=1)
    return highest, np.exp(logs - highest), np.exp(scores - logs[:, None]) @ values


def merge_parts(one, other):
    (h1, t1, m1), (h2, t2, m2) = one, other
    a, b = h1 + np.log(t1), h2 + np.log(t2)
    both = np.logaddexp(a, b)
    h = np.fmax(h1, h2)
    seen = both > -np.inf
    t, share = np.zeros(len(h)), np.zeros(len(h))
    t[seen] = np.exp(both[seen] - h[seen])
    share[seen] = np.exp(a[seen] - both[seen])
    return h, t, share[:, None] * m1 + (seen - share)[:, None] * m2
