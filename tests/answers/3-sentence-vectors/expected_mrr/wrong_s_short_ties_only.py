# A student's: lists all orders of a tie of up to eight keys, and takes the middle of a longer one.
# loses: test_mrr_tie


from itertools import combinations


def expected_mrr(scores, right, allowed, k):
    out = []
    for s, r, al in zip(scores, right, allowed):
        s, r = s[al], r[al]
        if not r.any():
            continue
        best = s[r].max()
        above, tie, hits = int((s > best).sum()), int((s == best).sum()), int((s[r] == best).sum())
        if tie > 8:
            rank = above + (tie + 1) / 2
            out.append(1 / rank if rank <= k else 0)
            continue
        firsts = [min(c) for c in combinations(range(1, tie + 1), hits)]
        out.append(np.mean([1 / (above + f) if above + f <= k else 0 for f in firsts]))
    return float(np.mean(out))
