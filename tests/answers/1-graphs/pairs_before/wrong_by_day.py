# All that was bought on a day is one basket.
# loses: test_pairs_baskets, test_pairs_held_out

from itertools import permutations


def pairs_before(log, cut):
    baskets = {}
    for user, day, item in log:
        if user in cut and day >= cut[user]:
            continue
        baskets.setdefault(day, set()).add(item)
    counts = {}
    for basket in baskets.values():
        for i, j in permutations(basket, 2):
            counts.setdefault(i, {}).setdefault(j, 0)
            counts[i][j] += 1
    return counts
