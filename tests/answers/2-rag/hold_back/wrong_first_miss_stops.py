# Goes down from the highest score and stops at the first that misses the target.
# loses: test_hold_choice


def hold_back(validation, test, target):
    def precision_at(part, t):
        given = [r for s, r in zip(part[0], part[1], strict=True) if s >= t]
        return sum(given) / len(given) if given else None

    def coverage_at(part, t):
        return sum(s >= t for s in part[0]) / len(part[0])

    def invented_at(part, t):
        others = [s >= t for s, a in zip(part[0], part[2], strict=True) if not a]
        return sum(others) / len(others) if others else None

    threshold, best = None, -1.0
    for t in sorted(set(validation[0]), reverse=True):
        if precision_at(validation, t) < target:
            break
        threshold = t
    if threshold is None:
        silent = invented_at(test, float("inf"))
        return {"threshold": None, "precision": None, "coverage": 0.0, "invented": silent}
    return {
        "threshold": threshold,
        "precision": precision_at(test, threshold),
        "coverage": coverage_at(test, threshold),
        "invented": invented_at(test, threshold),
    }
