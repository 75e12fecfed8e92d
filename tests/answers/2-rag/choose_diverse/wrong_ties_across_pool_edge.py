# All passages as relevant as the last one of the pool are candidates, so the pool may be too large.
# loses: test_diverse_ties
def choose_diverse(relevance, similarity, k, pool, lam, same):
    order = sorted(range(len(relevance)), key=lambda d: -relevance[d])
    edge = relevance[order[min(pool, len(order)) - 1]]
    candidates = [d for d in order if relevance[d] >= edge]
    if not candidates:
        return []
    chosen = [candidates.pop(0)]
    while len(chosen) < k:
        candidates = [d for d in candidates if max(similarity[d][c] for c in chosen) < same]
        if not candidates:
            break
        best = max(
            candidates, key=lambda d: lam * relevance[d] - (1 - lam) * max(similarity[d][c] for c in chosen)
        )
        candidates.remove(best)
        chosen.append(best)
    return [int(d) for d in chosen]
