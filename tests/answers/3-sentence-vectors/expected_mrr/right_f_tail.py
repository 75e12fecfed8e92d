# Right: sums of P(no right key among the first j), vectorised over places.


def expected_mrr(scores: np.ndarray, right: np.ndarray, allowed: np.ndarray, k: int) -> float:
    ok = right & allowed
    use = ok.any(axis=1)
    s, ok, allowed = scores[use], ok[use], allowed[use]
    best = np.array([row[mask].max() for row, mask in zip(s, ok)])[:, None]
    above = ((s > best) & allowed).sum(axis=1)
    tie = (s == best) & allowed
    m, h = tie.sum(axis=1), (tie & ok).sum(axis=1)
    result = np.zeros(len(s))
    for q in range(len(s)):
        j = np.arange(m[q])
        miss = np.concatenate([[1.0], np.cumprod(np.maximum(m[q] - h[q] - j, 0) / (m[q] - j))])
        chance = miss[:-1] - miss[1:]
        rank = above[q] + 1 + j
        result[q] = (chance * (rank <= k) / rank).sum()
    return result.mean()
