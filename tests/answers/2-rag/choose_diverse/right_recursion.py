# A recursive generator hands on the survivors with their highest similarity so far.
import math
from itertools import islice


def choose_diverse(relevance, similarity, k, pool, lam, same):
    r = [float(x) for x in relevance]

    def steps(alive):
        if not alive:
            return

        def rank(d):
            m = 0.0 if alive[d] == -math.inf else lam * r[d] - (1 - lam) * alive[d]
            return m, r[d], -d

        new = max(alive, key=rank)
        yield new
        row = [float(x) for x in similarity[new]]
        yield from steps({d: max(h, row[d]) for d, h in alive.items() if d != new and not row[d] >= same})

    ranks = {d: sum(r[e] > r[d] or (r[e] == r[d] and e < d) for e in range(len(r))) for d in range(len(r))}
    return list(islice(steps({d: -math.inf for d in ranks if ranks[d] < pool}), k))
