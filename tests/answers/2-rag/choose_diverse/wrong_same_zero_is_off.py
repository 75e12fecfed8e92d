# same = 0 (or below) is taken for "no test for repeats".
# loses: test_diverse_repeats
def choose_diverse(relevance, similarity, k, pool, lam, same):
    order = sorted(range(len(relevance)), key=lambda d: -relevance[d])
    candidates = order[:pool]
    if not candidates:
        return []
    chosen = [candidates.pop(0)]
    while len(chosen) < k:
        candidates = [d for d in candidates if max(similarity[d][c] for c in chosen) < same or same <= 0]
        if not candidates:
            break
        best = max(
            candidates, key=lambda d: lam * relevance[d] - (1 - lam) * max(similarity[d][c] for c in chosen)
        )
        candidates.remove(best)
        chosen.append(best)
    return [int(d) for d in chosen]
