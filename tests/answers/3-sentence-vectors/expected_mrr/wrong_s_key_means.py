# A student's: a mean over right keys in all queries: a query with two brings two.
# loses: test_mrr_several, test_mrr_ties, test_mrr_cut


def expected_mrr(scores, right, allowed, k):
    total, n = 0.0, 0
    for q in range(len(scores)):
        keys = allowed[q]
        good = right[q] & keys
        if not good.any():
            continue
        best = scores[q][good].max()
        above = int((scores[q][keys] > best).sum())
        tie = int((scores[q][keys] == best).sum())
        hits = int((scores[q][good] == best).sum())
        for place in range(1, tie - hits + 2):
            if above + place <= k:
                total += math.comb(tie - place, hits - 1) / math.comb(tie, hits) / (above + place)
        n += hits
    return total / n
