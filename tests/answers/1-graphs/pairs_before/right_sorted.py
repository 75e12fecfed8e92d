# Sorts the log, goes through it basket by basket, and counts pairs in a Counter.

from collections import Counter, defaultdict
from itertools import groupby, permutations


def pairs_before(log, cut):
    pairs = Counter()
    for (user, day), rows in groupby(sorted(set(log)), key=lambda row: row[:2]):
        if day < cut.get(user, day + 1):
            pairs.update(permutations([item for _, _, item in rows], 2))
    counts = defaultdict(dict)
    for (i, j), n in pairs.items():
        counts[i][j] = n
    return counts
