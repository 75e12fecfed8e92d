# Weighs the mixtures in place, in the parts that were given.
# loses: test_merge_pieces


def attend_part(queries, keys, values):
    n, e = len(queries), values.shape[1]
    if not len(keys):
        return np.full(n, -np.inf), np.zeros(n), np.zeros((n, e))
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    highest = scores.max(axis=1)
    powers = np.exp(scores - highest[:, None])
    return highest, powers.sum(axis=1), powers @ values / powers.sum(axis=1)[:, None]


def merge_parts(one, other):
    highest = np.maximum(one[0], other[0])
    level = np.where(np.isfinite(highest), highest, 0)
    total, mixture = np.zeros(len(highest)), np.zeros(one[2].shape)
    for h, t, m in (one, other):
        share = t * np.exp(h - level)
        m *= share[:, None]
        total, mixture = total + share, mixture + m
    return highest, total, mixture / np.where(total > 0, total, 1)[:, None]
