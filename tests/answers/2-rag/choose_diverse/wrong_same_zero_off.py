# Checks for repeats only if `same` is above 0; with 0 or less nothing is a repeat.
# loses: test_diverse_repeats
def choose_diverse(relevance, similarity, k, pool, lam, same):
    candidates = list(np.argsort(-relevance, kind="stable"))[:pool]
    chosen = []
    while candidates and len(chosen) < k:
        if chosen:
            highest = [max(similarity[d, c] for c in chosen) for d in candidates]
            m = [lam * relevance[d] - (1 - lam) * h for d, h in zip(candidates, highest)]
            new = candidates[int(np.argmax(m))]
        else:
            new = candidates[0]
        chosen.append(int(new))
        candidates = [d for d in candidates if d != new]
        if same > 0:
            candidates = [d for d in candidates if similarity[d, new] < same]
    return chosen
