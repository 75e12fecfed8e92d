# The mean over all places in the tie, also those that the first right key cannot have.
# loses: test_mrr_several, test_mrr_ties, test_mrr_cut


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
        for place in range(1, tied + 1):
            here = 1 / tied
            left -= here
            if above + place <= k:
                expected += here / (above + place)
        found.append(expected)
    return float(np.mean(found))
