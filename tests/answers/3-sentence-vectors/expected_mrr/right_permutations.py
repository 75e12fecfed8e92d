# All orders of a short tie are listed; a long one is counted by binomials.


from itertools import combinations


def expected_mrr(scores, right, allowed, k):
    values = []
    for q in range(len(scores)):
        keys = [n for n in range(scores.shape[1]) if allowed[q, n]]
        good = [n for n in keys if right[q, n]]
        if not good:
            continue
        best = max(scores[q, n] for n in good)
        tie = [n for n in keys if scores[q, n] == best]
        above = sum(scores[q, n] > best for n in keys)
        hits = sum(n in good for n in tie)
        ways = total = 0
        if len(tie) <= 9:
            for places in combinations(range(1, len(tie) + 1), hits):
                ways += 1
                rank = above + min(places)
                total += 1 / rank if rank <= k else 0
        else:
            ways = math.comb(len(tie), hits)
            for first in range(1, len(tie) - hits + 2):
                rank = above + first
                total += math.comb(len(tie) - first, hits - 1) / rank if rank <= k else 0
        values.append(total / ways)
    return sum(values) / len(values)
