# The highest score begins at 0, and is never below.
# loses: test_part_block, test_part_edge


def attend_part(queries, keys, values):
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    highest = scores.max(axis=1, initial=0.0)
    powers = np.exp(scores - highest[:, None])
    total = powers.sum(axis=1)
    mixture = powers @ values / np.where(total > 0, total, 1)[:, None]
    return highest, total, mixture


def merge_parts(one, other):
    (h1, t1, m1), (h2, t2, m2) = one, other
    h = np.maximum(h1, h2)
    level = np.where(h > -np.inf, h, 0)
    s1, s2 = t1 * np.exp(h1 - level), t2 * np.exp(h2 - level)
    t = s1 + s2
    m = (s1[:, None] * m1 + s2[:, None] * m2) / np.where(t > 0, t, 1)[:, None]
    return h, t, m
