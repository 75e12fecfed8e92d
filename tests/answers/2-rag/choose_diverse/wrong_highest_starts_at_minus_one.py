# The running highest similarity starts at -1, as if all were cosines: a similarity below -1 counts as -1.
# loses: test_diverse_balance
def choose_diverse(relevance, similarity, k, pool, lam, same):
    candidates = list(np.argsort(-np.asarray(relevance), kind="stable")[:pool])
    highest = np.full(len(relevance), -1.0)
    chosen = [candidates.pop(0)]
    while len(chosen) < k:
        highest = np.maximum(highest, similarity[chosen[-1]])
        candidates = [d for d in candidates if highest[d] < same]
        if not candidates:
            break
        m = [lam * relevance[d] - (1 - lam) * highest[d] for d in candidates]
        chosen.append(candidates.pop(int(np.argmax(m))))
    return [int(d) for d in chosen]
