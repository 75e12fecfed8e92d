# One mean over all right places of all queries, weighed by the number of right keys.
# loses: test_mrr_ties


def expected_mrr(scores: np.ndarray, right: np.ndarray, allowed: np.ndarray, k: int) -> float:
    total, count = 0.0, 0
    for s, r, ok in zip(scores, right, allowed):
        s, r = s[ok], r[ok]
        if not r.any():
            continue
        best = s[r].max()
        above, tied, hits = int((s > best).sum()), int((s == best).sum()), int((r & (s == best)).sum())
        total += hits * sum(
            math.comb(tied - j, hits - 1) / math.comb(tied, hits) / (above + j)
            for j in range(1, tied - hits + 2)
            if above + j <= k
        )
        count += hits
    return total / count
