# Keeps for each passage the highest similarity so far; masks instead of lists; returns an array.


def choose_diverse(relevance, similarity, k, pool, lam, same):
    relevance, similarity = np.asarray(relevance, dtype=float), np.asarray(similarity, dtype=float)
    n = len(relevance)
    order = np.lexsort((np.arange(n), -relevance))
    free = np.zeros(n, dtype=bool)
    free[order[:pool]] = True
    highest = np.full(n, -np.inf)
    chosen = [order[0]]
    while True:
        last = chosen[-1]
        highest = np.maximum(highest, similarity[last])
        free[last] = False
        free &= highest < same
        if len(chosen) == k or not free.any():
            return np.array(chosen)
        worth = np.where(free, lam * relevance - (1 - lam) * highest, -np.inf)
        best = worth.max()
        chosen.append(next(d for d in order if free[d] and worth[d] == best))
