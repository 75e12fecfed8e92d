# Breaks ties by adding a thousandth of the relevance to m, which also decides where m differs a little.
# loses: test_diverse_ties
def choose_diverse(relevance, similarity, k, pool, lam, same):
    order = sorted(range(len(relevance)), key=lambda d: -relevance[d])
    candidates = order[:pool]
    if not candidates:
        return []
    chosen = [candidates.pop(0)]
    while len(chosen) < k:
        candidates = [d for d in candidates if max(similarity[d][c] for c in chosen) < same]
        if not candidates:
            break
        best = max(
            candidates,
            key=lambda d: (
                0.001 * relevance[d] + lam * relevance[d] - (1 - lam) * max(similarity[d][c] for c in chosen)
            ),
        )
        candidates.remove(best)
        chosen.append(best)
    return [int(d) for d in chosen]
