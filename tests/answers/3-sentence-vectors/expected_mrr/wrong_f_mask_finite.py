# Keys with −∞ that are wrong are thrown out, as if −∞ meant not allowed.
# loses: test_mrr_tie


def expected_mrr(scores: np.ndarray, right: np.ndarray, allowed: np.ndarray, k: int) -> float:
    values = []
    for s, r, ok in zip(scores, right, allowed):
        ok = ok & ((s > -np.inf) | r)
        s, r = s[ok], r[ok]
        if not r.any():
            continue
        best = s[r].max()
        above, tied, hits = int((s > best).sum()), int((s == best).sum()), int((r & (s == best)).sum())
        values.append(
            sum(
                math.comb(tied - j, hits - 1) / math.comb(tied, hits) / (above + j)
                for j in range(1, tied - hits + 2)
                if above + j <= k
            )
        )
    return float(np.mean(values))
