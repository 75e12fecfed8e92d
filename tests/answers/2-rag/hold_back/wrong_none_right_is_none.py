# A precision of 0 is reported as None: tests the right answers, not those given.
# loses: test_hold_never
def hold_back(validation, test, target):
    scores, right, _ = (list(column) for column in validation)
    threshold = None
    for t in sorted(scores, reverse=True):
        given = [i for i in range(len(scores)) if scores[i] >= t]
        if sum(bool(right[i]) for i in given) / len(given) >= target:
            threshold = t
    scores, right, answerable = test
    answered = [threshold is not None and s >= threshold for s in scores]
    hits = sum(1 for a, r in zip(answered, right) if a and r)
    cannot = sum(1 for x in answerable if not x)
    invented = sum(1 for a, x in zip(answered, answerable) if a and not x)
    return {
        "threshold": threshold,
        "precision": hits / sum(answered) if hits else None,
        "coverage": sum(answered) / len(scores),
        "invented": invented / cannot if cannot else None,
    }
