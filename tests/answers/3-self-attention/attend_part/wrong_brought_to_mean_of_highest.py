# Brings both parts to the mean of the highest scores.
# loses: test_merge_two, test_merge_far, test_merge_pieces


def attend_part(queries, keys, values):
    n, d = queries.shape
    if len(keys) == 0:
        return np.full(n, -np.inf), np.zeros(n), np.zeros((n, values.shape[1]))
    scores = queries @ keys.T / np.sqrt(d)
    highest = scores.max(axis=1)
    weights = np.exp(scores - highest[:, None])
    total = weights.sum(axis=1)
    return highest, total, weights @ values / total[:, None]


def merge_parts(one, other):
    h1, t1, a1 = one
    h2, t2, a2 = other
    highest = np.maximum(h1, h2)
    safe = np.where(np.isneginf(highest), 0, highest)
    safe = np.where(np.isfinite((h1 + h2) / 2), (h1 + h2) / 2, safe)
    w1, w2 = t1 * np.exp(h1 - safe), t2 * np.exp(h2 - safe)
    total = w1 + w2
    share = np.where(total == 0, 1, total)
    return highest, total, (w1[:, None] * a1 + w2[:, None] * a2) / share[:, None]
