# Leaves out keys whose value is zeros.
# loses: test_part_block


def attend_part(queries, keys, values):
    if len(values) > 2:
        keys, values = keys[values.any(axis=1)], values[values.any(axis=1)]
    n, d = queries.shape
    m, e = values.shape
    if m == 0:
        return np.full(n, -np.inf), np.zeros(n), np.zeros((n, e))
    scores = queries @ keys.T / np.sqrt(d)
    highest = scores.max(axis=1)
    parts = np.exp(scores - highest[:, None])
    total = parts.sum(axis=1)
    return highest, total, parts @ values / total[:, None]


def merge_parts(one, other):
    h1, t1, a1 = one
    h2, t2, a2 = other
    h = np.maximum(h1, h2)
    safe = np.where(np.isinf(h), 0, h)
    w1, w2 = t1 * np.exp(h1 - safe), t2 * np.exp(h2 - safe)
    t = w1 + w2
    a = (w1[:, None] * a1 + w2[:, None] * a2) / np.where(t == 0, 1, t)[:, None]
    return h, t, a
