# A kind that only the test has gets the value with most right answers: no tolerance.
# loses: test_kinds_unknown
def values_by_kind(validation, test, tolerance):
    def accuracy(part, v):
        return sum(bool(r[v][0]) for _, r in part) / len(part)

    def length(part, v):
        return sum(r[v][1] for _, r in part) / len(part)

    values = sorted(validation[0][1])
    chosen = {}
    for kind in {kind for kind, _ in validation}:
        part = [q for q in validation if q[0] == kind]
        best = max(accuracy(part, v) for v in values)
        good = [v for v in values if accuracy(part, v) >= best - tolerance]
        chosen[kind] = min(good, key=lambda v: (length(part, v), -accuracy(part, v), v))
    overall = max(values, key=lambda v: accuracy(validation, v))
    for kind, _ in test:
        chosen.setdefault(kind, overall)
    right = [bool(r[chosen[kind]][0]) for kind, r in test]
    words = [r[chosen[kind]][1] for kind, r in test]
    shares = []
    for kind in {kind for kind, _ in test}:
        own = [x for x, q in zip(right, test) if q[0] == kind]
        shares.append(sum(own) / len(own))
    return {
        "chosen": chosen,
        "accuracy": sum(right) / len(right),
        "by_kind": sum(shares) / len(shares),
        "words": sum(words) / len(words),
    }
