# When the test part gets no answer although there is a threshold, invented is None, too, and not 0.
# loses: test_hold_never
def hold_back(validation, test, target):
    def share(part):
        return sum(bool(x) for x in part) / len(part)

    scores, right, _ = validation
    good = [t for t in scores if share([r for s, r in zip(scores, right) if s >= t]) >= target]
    scores, right, answerable = test
    if not good:
        invented = None if all(answerable) else 0.0
        return {"threshold": None, "precision": None, "coverage": 0.0, "invented": invented}
    t = min(good)
    given = [(r, a) for s, r, a in zip(scores, right, answerable) if s >= t]
    if not given:
        return {"threshold": t, "precision": None, "coverage": 0.0, "invented": None}
    cannot = sum(1 for a in answerable if not a)
    invented = sum(1 for _, a in given if not a) / cannot if cannot else None
    return {
        "threshold": t,
        "precision": share([r for r, _ in given]),
        "coverage": len(given) / len(scores),
        "invented": invented,
    }
