# Takes off for the first and the latest chosen passage only, not for those between.
# loses: test_diverse_max
def choose_diverse(relevance, similarity, k, pool, lam, same):
    left = [int(d) for d in np.argsort(-relevance, kind="stable")[:pool]]
    chosen = [left.pop(0)]
    while len(chosen) < k:
        left = [d for d in left if not any(similarity[d, c] >= same for c in chosen)]
        if not left:
            break
        m = []
        for d in left:
            highest = max(similarity[d, chosen[0]], similarity[d, chosen[-1]])
            m.append(lam * relevance[d] - (1 - lam) * highest)
        chosen.append(left.pop(m.index(max(m))))
    return chosen
