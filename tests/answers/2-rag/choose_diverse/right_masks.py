# Whole rows with NumPy: a mask of candidates, a running maximum, and np.lexsort for m, relevance and place.
def choose_diverse(relevance, similarity, k, pool, lam, same):
    r, s = np.array(relevance, dtype=float), np.array(similarity, dtype=float)
    n = len(r)
    place = np.arange(n)
    free = np.zeros(n, dtype=bool)
    free[np.lexsort((place, -r))[:pool]] = True
    near = None
    picked = []
    for _ in range(n):
        if len(picked) == k or not free.any():
            break
        m = r if near is None else lam * r - (1 - lam) * near
        now = next(d for d in np.lexsort((place, -r, -m)) if free[d])
        picked.append(int(now))
        near = s[now].copy() if near is None else np.where(s[now] > near, s[now], near)
        free[now] = False
        free &= ~(near >= same)
    return picked
