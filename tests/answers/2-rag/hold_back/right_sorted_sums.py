# One sort, running sums at the end of each group of equal scores, bisect on the test part.
from bisect import bisect_left
from itertools import accumulate


def hold_back(validation, test, target):
    rows = sorted(zip(*validation), key=lambda row: row[0], reverse=True)
    sums = list(accumulate(1 if row[1] and row[2] else 0 for row in rows))
    ends = [i for i in range(len(rows)) if i + 1 == len(rows) or rows[i + 1][0] != rows[i][0]]
    reach = [rows[i][0] for i in ends if sums[i] / (i + 1) >= target]
    threshold = reach[-1] if reach else None

    def above(part):
        part = sorted(part)
        return 0 if threshold is None else len(part) - bisect_left(part, threshold)

    def ratio(part, whole):
        return part / whole if whole else None

    rows = list(zip(*test))
    given = above([s for s, _, _ in rows])
    cannot = [s for s, _, a in rows if not a]
    return {
        "threshold": threshold,
        "precision": ratio(above([s for s, r, a in rows if r and a]), given),
        "coverage": given / len(rows),
        "invented": ratio(above(cannot), len(cannot)),
    }
