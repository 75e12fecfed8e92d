# The search for the highest m starts at -1, so a candidate with m at or below -1 is never chosen.
# loses: test_diverse_pool, test_diverse_balance
def choose_diverse(relevance, similarity, k, pool, lam, same):
    order = sorted(range(len(relevance)), key=lambda d: -relevance[d])[:pool]
    chosen, candidates = [order[0]], order[1:]
    while len(chosen) < k and candidates:
        best, best_m = None, -1.0
        for d in list(candidates):
            highest = max(similarity[d][c] for c in chosen)
            if highest >= same:
                candidates.remove(d)
                continue
            m = lam * relevance[d] - (1 - lam) * highest
            if m > best_m:
                best, best_m = d, m
        if best is None:
            break
        chosen.append(best)
        candidates.remove(best)
    return [int(d) for d in chosen]
