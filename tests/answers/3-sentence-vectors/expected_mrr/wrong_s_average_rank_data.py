# A student's: scipy's average ranks of all keys, and 1 through the smallest of the right ones.
# loses: test_mrr_several, test_mrr_tie, test_mrr_ties, test_mrr_cut


from scipy.stats import rankdata


def expected_mrr(scores, right, allowed, k):
    out = []
    for s, r, al in zip(scores, right, allowed):
        s, r = s[al], r[al]
        if r.sum() == 0:
            continue
        rank = rankdata(-s)[r].min()
        out.append(1 / rank if rank <= k else 0)
    return float(np.mean(out))
