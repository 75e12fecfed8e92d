# Row by row, in pure Python.


import math


def attend_part(queries, keys, values):
    highest, total, mixture = [], [], []
    for query in queries:
        scores = [float(query @ key) / math.sqrt(len(query)) for key in keys]
        top = max(scores, default=-math.inf)
        powers = [math.exp(score - top) for score in scores]
        highest.append(top)
        total.append(sum(powers))
        mixed = [0.0] * values.shape[1]
        for power, value in zip(powers, values):
            mixed = [m + power / sum(powers) * float(v) for m, v in zip(mixed, value)]
        mixture.append(mixed)
    return np.array(highest), np.array(total), np.array(mixture)


def merge_parts(one, other):
    highest, total, mixture = [], [], []
    for h1, t1, m1, h2, t2, m2 in zip(*one, *other):
        if t1 == 0 or t2 == 0:
            h, t, m = (h1, t1, m1) if t2 == 0 else (h2, t2, m2)
        elif h1 >= h2:
            lower = t2 * math.exp(h2 - h1)
            h, t = h1, t1 + lower
            m = (t1 * m1 + lower * m2) / t
        else:
            lower = t1 * math.exp(h1 - h2)
            h, t = h2, t2 + lower
            m = (t2 * m2 + lower * m1) / t
        highest.append(h)
        total.append(t)
        mixture.append(m)
    return np.array(highest), np.array(total), np.array(mixture)
