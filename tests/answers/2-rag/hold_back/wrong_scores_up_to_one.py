# Starts with the threshold 1, as if all scores were below 1, and looks for lower ones.
# loses: test_hold_choice, test_hold_never, test_hold_held_out
def hold_back(validation, test, target):
    scores, right, _ = validation
    best = 1.0
    for t in scores:
        given = [r for s, r in zip(scores, right) if s >= t]
        if sum(given) / len(given) >= target and t < best:
            best = t
    best = None if best == 1.0 else best
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
