# A student's: all orders of the keys with the best score of all, also where no right key is among them.
# loses: test_mrr_tie, test_mrr_ties, test_mrr_cut


from itertools import permutations


def expected_mrr(scores, right, allowed, k):
    out = []
    for s, r, al in zip(scores, right, allowed):
        s, r = s[al], r[al]
        if not r.any():
            continue
        order = np.argsort(-s, kind="stable")
        s, r = s[order], r[order]
        tie = int((s == s[0]).sum())
        if tie > 7:
            ranks = [1 + np.flatnonzero(r)[0]]
        else:
            ranks = []
            for p in permutations(range(tie)):
                q = np.concatenate([r[:tie][list(p)], r[tie:]])
                ranks.append(1 + np.flatnonzero(q)[0])
        out.append(np.mean([1 / x if x <= k else 0 for x in ranks]))
    return float(np.mean(out))
