# Cumulative counts at the end of each group of equal scores, and the last group that reaches the target.
def hold_back(validation, test, target):
    s, r = np.array(validation[0], dtype=float), np.array(validation[1], dtype=int)
    levels, where = np.unique(-s, return_inverse=True)  # from the highest score down
    given = np.cumsum(np.bincount(where, minlength=len(levels)))
    right = np.cumsum(np.bincount(where, weights=r, minlength=len(levels)))
    good = np.flatnonzero(right / given >= target)
    threshold = float(-levels[good[-1]]) if len(good) else None

    s, r, can = (np.array(column) for column in test)
    answered = s >= threshold if threshold is not None else np.zeros(len(s), dtype=bool)
    share = lambda part, of: float(part.sum() / of.sum()) if of.any() else None
    can, r = can.astype(bool), r.astype(bool)
    return {
        "threshold": threshold,
        "precision": share(answered & r, answered),
        "coverage": float(answered.mean()),
        "invented": share(answered & ~can, ~can),
    }
