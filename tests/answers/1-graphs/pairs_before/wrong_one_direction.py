# Each pair is there in one direction only.
# loses: test_pairs_baskets, test_pairs_once, test_pairs_held_out

from itertools import combinations


def pairs_before(log, cut):
    baskets = {}
    for user, day, item in log:
        if user in cut and day >= cut[user]:
            continue
        baskets.setdefault((user, day), set()).add(item)
    counts = {}
    for basket in baskets.values():
        for i, j in combinations(sorted(basket), 2):
            counts.setdefault(i, {}).setdefault(j, 0)
            counts[i][j] += 1
    return counts
