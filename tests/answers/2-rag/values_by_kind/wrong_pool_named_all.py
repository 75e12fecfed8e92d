# All questions together are kept as one more kind with the name "all", so a real kind "all" is lost.
# loses: test_kinds_choice, test_kinds_unknown
def values_by_kind(validation, test, tolerance):
    def choose(results):
        names = list(results[0])
        a = {v: sum(bool(r[v][0]) for r in results) / len(results) for v in names}
        w = {v: sum(r[v][1] for r in results) / len(results) for v in names}
        top = max(a.values())
        good = [v for v in names if a[v] >= top - tolerance]
        return min(good, key=lambda v: (w[v], -a[v], v))

    groups = {}
    for kind, results in validation:
        groups.setdefault(kind, []).append(results)
    groups["all"] = [results for _, results in validation]
    chosen = {kind: choose(group) for kind, group in groups.items()}
    default = chosen.pop("all")
    rights, words, by = [], [], {}
    for kind, results in test:
        value = chosen.setdefault(kind, default)
        right, n = results[value]
        rights.append(bool(right))
        words.append(n)
        by.setdefault(kind, []).append(bool(right))
    return {
        "chosen": chosen,
        "accuracy": sum(rights) / len(rights),
        "by_kind": sum(sum(r) / len(r) for r in by.values()) / len(by),
        "words": sum(words) / len(words),
    }
