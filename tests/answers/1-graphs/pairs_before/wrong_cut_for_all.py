# The earliest cut holds for all users.
# loses: test_pairs_held_out

from itertools import permutations


def pairs_before(log, cut):
    baskets = {}
    for user, day, item in log:
        if cut and day >= min(cut.values()):
            continue
        baskets.setdefault((user, day), set()).add(item)
    counts = {}
    for basket in baskets.values():
        for i, j in permutations(basket, 2):
            counts.setdefault(i, {}).setdefault(j, 0)
            counts[i][j] += 1
    return counts
