# The search for the highest m starts at -1 and ends when no candidate has a higher m.
# loses: test_diverse_pool, test_diverse_balance
def choose_diverse(relevance, similarity, k, pool, lam, same):
    order = [int(d) for d in np.argsort(-relevance, kind="stable")[:pool]]
    chosen, rest = order[:1], order[1:]
    while len(chosen) < k:
        rest = [d for d in rest if similarity[d, chosen].max() < same]
        best, best_m = -1, -1.0
        for d in rest:
            m = lam * relevance[d] - (1 - lam) * similarity[d, chosen].max()
            if m > best_m:
                best, best_m = d, m
        if best < 0:
            break
        chosen.append(best)
        rest.remove(best)
    return chosen
