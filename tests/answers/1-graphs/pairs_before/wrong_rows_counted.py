# An item in two rows of a basket counts twice.
# loses: test_pairs_once

from itertools import permutations


def pairs_before(log, cut):
    baskets = {}
    for user, day, item in log:
        if user in cut and day >= cut[user]:
            continue
        baskets.setdefault((user, day), []).append(item)
    counts = {}
    for basket in baskets.values():
        for i, j in permutations(basket, 2):
            if i == j:
                continue
            counts.setdefault(i, {}).setdefault(j, 0)
            counts[i][j] += 1
    return counts
