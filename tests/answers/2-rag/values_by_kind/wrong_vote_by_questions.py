# A new kind gets the value chosen for most questions, not the best one on all of them.
# loses: test_kinds_unknown
def values_by_kind(validation, test, tolerance):
    def choose(part):
        n = len(part)
        acc = {v: sum(bool(r[v][0]) for r in part) / n for v in part[0]}
        length = {v: sum(r[v][1] for r in part) / n for v in part[0]}
        top = max(acc.values())
        return min((length[v], -acc[v], v) for v in acc if acc[v] >= top - tolerance)[2]

    groups = {}
    for kind, results in validation:
        groups.setdefault(kind, []).append(results)
    chosen = {kind: choose(part) for kind, part in groups.items()}
    votes = Counter(chosen[kind] for kind, _ in validation)
    default = min(votes, key=lambda v: (-votes[v], v))
    by = {}
    words = []
    for kind, results in test:
        chosen.setdefault(kind, default)
        right, w = results[chosen[kind]]
        by.setdefault(kind, []).append(bool(right))
        words.append(w)
    return {
        "chosen": chosen,
        "accuracy": sum(sum(x) for x in by.values()) / len(test),
        "by_kind": sum(sum(x) / len(x) for x in by.values()) / len(by),
        "words": sum(words) / len(words),
    }
