# An item is a pair with itself.
# loses: test_pairs_once

from itertools import product


def pairs_before(log, cut):
    baskets = {}
    for user, day, item in log:
        if user in cut and day >= cut[user]:
            continue
        baskets.setdefault((user, day), set()).add(item)
    counts = {}
    for basket in baskets.values():
        for i, j in product(basket, repeat=2):
            counts.setdefault(i, {}).setdefault(j, 0)
            counts[i][j] += 1
    return counts
