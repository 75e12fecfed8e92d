# If no candidate reaches the target, invented is 0, even if all can be answered.
# loses: test_hold_never
def hold_back(validation, test, target):
    scores, right, _ = validation
    good = []
    for t in set(scores):
        given = [r for s, r in zip(scores, right) if s >= t]
        if sum(given) / len(given) >= target:
            good.append(t)
    if not good:
        return {"threshold": None, "precision": None, "coverage": 0.0, "invented": 0.0}
    t = min(good)
    scores, right, answerable = test
    given = [r for s, r in zip(scores, right) if s >= t]
    cannot = [s >= t for s, a in zip(scores, answerable) if not a]
    return {
        "threshold": t,
        "precision": sum(given) / len(given) if given else None,
        "coverage": len(given) / len(scores),
        "invented": sum(cannot) / len(cannot) if cannot else None,
    }
