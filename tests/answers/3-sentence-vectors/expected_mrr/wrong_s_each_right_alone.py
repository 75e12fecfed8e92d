# A student's: for each right key the mean of 1/rank over its tie, and the best of them.
# loses: test_mrr_several, test_mrr_ties, test_mrr_cut


def expected_mrr(scores, right, allowed, k):
    out = []
    for s, r, al in zip(scores, right, allowed):
        values = []
        for n in np.flatnonzero(r & al):
            above = (s[al] > s[n]).sum()
            same = (s[al] == s[n]).sum()
            values.append(np.mean([1 / (above + j) if above + j <= k else 0 for j in range(1, same + 1)]))
        if values:
            out.append(max(values))
    return float(np.mean(out))
