# attend_part merges one key after the other, beginning with nothing.


def attend_part(queries, keys, values):
    n = len(queries)
    part = (np.full(n, -np.inf), np.zeros(n), np.zeros((n, values.shape[1])))
    for key, value in zip(keys, values):
        part = merge_parts(part, (queries @ key / np.sqrt(len(key)), np.ones(n), np.tile(value, (n, 1))))
    return part


def merge_parts(one, other):
    highest = np.max([one[0], other[0]], axis=0)
    total, mixed = np.zeros(highest.shape), np.zeros(one[2].shape)
    for high, count, mixture in (one, other):
        shrink = np.exp(np.where(high == highest, 0.0, high - highest))
        total = total + count * shrink
        mixed = mixed + (count * shrink)[:, None] * mixture
    return highest, total, mixed / np.maximum(total, 1e-30)[:, None]
