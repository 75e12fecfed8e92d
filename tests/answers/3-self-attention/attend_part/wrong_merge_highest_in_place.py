# The new highest score is written into the first part before that one is used.
# loses: test_merge_two, test_merge_far, test_merge_pieces


def attend_part(queries, keys, values):
    n, e = len(queries), values.shape[1]
    if not len(keys):
        return np.full(n, -np.inf), np.zeros(n), np.zeros((n, e))
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    highest = scores.max(axis=1)
    powers = np.exp(scores - highest[:, None])
    return highest, powers.sum(axis=1), powers @ values / powers.sum(axis=1)[:, None]


def merge_parts(one, other):
    highest = one[0]
    np.maximum(one[0], other[0], out=highest)
    level = np.where(np.isfinite(highest), highest, 0)
    first, second = (t * np.exp(h - level) for h, t, _ in (one, other))
    mixture = first[:, None] * one[2] + second[:, None] * other[2]
    total = first + second
    return highest, total, mixture / np.where(total > 0, total, 1)[:, None]
