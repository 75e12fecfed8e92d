# Takes for granted that the rows of a basket stand together.
# loses: test_pairs_baskets, test_pairs_once, test_pairs_held_out

from itertools import permutations


def pairs_before(log, cut):
    baskets, last, number = {}, None, 0
    for user, day, item in log:
        if user in cut and day >= cut[user]:
            continue
        if (user, day) != last:
            last, number = (user, day), number + 1
        baskets.setdefault(number, set()).add(item)
    counts = {}
    for basket in baskets.values():
        for i, j in permutations(basket, 2):
            counts.setdefault(i, {}).setdefault(j, 0)
            counts[i][j] += 1
    return counts
