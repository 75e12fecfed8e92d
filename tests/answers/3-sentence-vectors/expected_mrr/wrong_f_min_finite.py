# Keys that are not allowed get the lowest finite score less one, and beat keys with −∞.
# loses: test_mrr_queries


def expected_mrr(scores: np.ndarray, right: np.ndarray, allowed: np.ndarray, k: int) -> float:
    low = scores[np.isfinite(scores)].min() - 1
    s = np.where(allowed, scores, low)
    ok = right & allowed
    values = []
    for q in range(len(s)):
        if not ok[q].any():
            continue
        best = s[q][ok[q]].max()
        above, tied = int((s[q] > best).sum()), int((s[q] == best).sum())
        hits = int((ok[q] & (s[q] == best)).sum())
        values.append(
            sum(
                math.comb(tied - j, hits - 1) / math.comb(tied, hits) / (above + j)
                for j in range(1, tied - hits + 2)
                if above + j <= k
            )
        )
    return float(np.mean(values))
