# When the system never answers, invented is 0, also where no test question is unanswerable.
# loses: test_hold_never
def hold_back(validation, test, target):
    scores, right, _ = validation
    best, coverage = None, -1
    for t in scores:
        given = [r for s, r in zip(scores, right) if s >= t]
        if sum(given) / len(given) >= target and len(given) > coverage:
            best, coverage = t, len(given)
    if best is None:
        return {"threshold": None, "precision": None, "coverage": 0.0, "invented": 0.0}
    scores, right, answerable = test
    given = [best is not None and s >= best for s in scores]
    n = sum(given)
    cannot = [g for g, a in zip(given, answerable) if not a]
    return {
        "threshold": best,
        "precision": sum(bool(r) for g, r in zip(given, right) if g) / n if n else None,
        "coverage": n / len(scores),
        "invented": sum(cannot) / len(cannot) if cannot else None,
    }
