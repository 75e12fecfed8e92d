# One candidate more than the pool has.
# loses: test_diverse_pool, test_diverse_ties, test_diverse_repeats


def choose_diverse(relevance, similarity, k, pool, lam, same):
    n = len(relevance)
    order = sorted(range(n), key=lambda d: -relevance[d])
    candidates = order[: pool + 1]
    chosen = []
    while candidates and len(chosen) < k:
        best, best_worth = None, None
        for d in candidates:
            nearest = max(similarity[d][c] for c in chosen) if chosen else 0.0
            worth = lam * relevance[d] - (1 - lam) * nearest
            if best is None or worth > best_worth:
                best, best_worth = d, worth
        chosen.append(best)
        candidates = [d for d in candidates if d != best and similarity[d][best] < same]
    return chosen
