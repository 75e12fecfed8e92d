# A repeat that is thrown away still enters the highest similarity of the others.
# loses: test_diverse_repeats
def choose_diverse(relevance, similarity, k, pool, lam, same):
    order = sorted(range(len(relevance)), key=lambda d: -relevance[d])[:pool]
    chosen, seen, candidates = [order[0]], [order[0]], order[1:]
    while len(chosen) < k and candidates:
        best = max(
            candidates, key=lambda d: lam * relevance[d] - (1 - lam) * max(similarity[d][c] for c in seen)
        )
        candidates.remove(best)
        seen.append(best)
        if max(similarity[best][c] for c in chosen) >= same:
            continue
        chosen.append(best)
    return [int(d) for d in chosen]
