# Sums first, then a binary search in them; returns a tuple.

from bisect import bisect_right
from itertools import accumulate


def replay_walk(steps, start, uniforms):
    walk = (start,)
    for u in uniforms:
        key = (walk[-2] if len(walk) > 1 else None, walk[-1])
        if not steps.get(key):
            return walk
        nodes, shares = zip(*steps[key].items(), strict=True)
        place = bisect_right(list(accumulate(shares)), u)
        walk += (nodes[min(place, len(nodes) - 1)],)
    return walk
