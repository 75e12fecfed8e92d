# Right keys in the tie that are not allowed count for the chance.
# loses: test_mrr_cut


def expected_mrr(scores: np.ndarray, right: np.ndarray, allowed: np.ndarray, k: int) -> float:
    values = []
    for s, r, ok in zip(scores, right, allowed):
        if not (r & ok).any():
            continue
        best = s[r & ok].max()
        above, tied = int(((s > best) & ok).sum()), int(((s == best) & ok).sum())
        hits = min(int((r & (s == best)).sum()), tied)
        values.append(
            sum(
                math.comb(tied - j, hits - 1) / math.comb(tied, hits) / (above + j)
                for j in range(1, tied - hits + 2)
                if above + j <= k
            )
        )
    return float(np.mean(values))
