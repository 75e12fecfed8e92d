# The search for the lowest threshold starts at 1, as if no score could be higher.
# loses: test_hold_choice, test_hold_never, test_hold_held_out
def hold_back(validation, test, target):
    scores, right = np.array(validation[0], dtype=float), np.array(validation[1], dtype=bool)
    best = 1.0
    found = False
    for t in scores:
        if right[scores >= t].mean() >= target and t < best:
            best = float(t)
            found = True
    s, r, a = (np.array(column) for column in test)
    r, a = r.astype(bool), a.astype(bool)
    given = s >= best if found else np.zeros(len(s), dtype=bool)
    return {
        "threshold": best if found else None,
        "precision": float(r[given].mean()) if given.any() else None,
        "coverage": float(given.mean()),
        "invented": float(given[~a].mean()) if (~a).any() else None,
    }
