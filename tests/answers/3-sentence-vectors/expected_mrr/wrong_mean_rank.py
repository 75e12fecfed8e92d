# 1 through the mean rank.
# loses: test_mrr_tie, test_mrr_ties, test_mrr_cut


def expected_mrr(scores, right, allowed, k):
    found = []
    for own, wanted, may in zip(scores, right, allowed):
        own, wanted = own[may], wanted[may]
        if not wanted.any():
            continue
        best = own[wanted].max()
        above, tied = (own > best).sum(), (own == best).sum()
        hits = (own[wanted] == best).sum()
        expected, left = 0.0, 1.0
        for place in range(1, tied - hits + 2):
            here = left * hits / (tied - place + 1)
            left -= here
            if above + place <= k:
                expected += here * (above + place)
        found.append(1 / expected if expected else 0.0)
    return float(np.mean(found))
