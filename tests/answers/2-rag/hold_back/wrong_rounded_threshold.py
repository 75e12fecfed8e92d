# Rounds the scores of the validation part to two digits before it takes them as candidates.
# loses: test_hold_choice, test_hold_held_out
def hold_back(validation, test, target):
    scores, right, _ = validation
    candidates = sorted({round(s, 2) for s in scores})
    threshold = None
    for t in candidates:
        given = [bool(r) for s, r in zip(scores, right) if round(s, 2) >= t]
        if sum(given) / len(given) >= target:
            threshold = t
            break
    scores, right, answerable = test
    given = [i for i, s in enumerate(scores) if threshold is not None and s >= threshold]
    cannot = [i for i, a in enumerate(answerable) if not a]
    return {
        "threshold": threshold,
        "precision": sum(bool(right[i]) for i in given) / len(given) if given else None,
        "coverage": len(given) / len(scores),
        "invented": len(set(given) & set(cannot)) / len(cannot) if cannot else None,
    }
