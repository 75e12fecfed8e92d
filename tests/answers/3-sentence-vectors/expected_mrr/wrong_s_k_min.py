# A student's: ranks above k count as k.
# loses: test_mrr_cut, test_mrr_queries


from itertools import combinations


def expected_mrr(scores, right, allowed, k):
    out = []
    for s, r, al in zip(scores, right, allowed):
        s, r = s[al], r[al]
        if not r.any():
            continue
        best = s[r].max()
        above, tie, hits = int((s > best).sum()), int((s == best).sum()), int((s[r] == best).sum())
        left, value = 1.0, 0.0
        for j in range(tie - hits + 1):
            p = left * hits / (tie - j)
            left -= p
            value += p / min(above + j + 1, k)
        out.append(value)
    return float(np.mean(out))
