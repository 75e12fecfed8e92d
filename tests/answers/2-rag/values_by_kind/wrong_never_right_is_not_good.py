# A value that is never right is not good enough as long as another one is right sometimes.
# loses: test_kinds_short
def values_by_kind(validation, test, tolerance):
    def choose(results):
        names = list(results[0])
        a = {v: sum(bool(r[v][0]) for r in results) / len(results) for v in names}
        w = {v: sum(r[v][1] for r in results) / len(results) for v in names}
        top = max(a.values())
        good = [v for v in names if a[v] >= top - tolerance and (a[v] or not top)]
        return min(good, key=lambda v: (w[v], -a[v], v))

    groups = {}
    for kind, results in validation:
        groups.setdefault(kind, []).append(results)
    chosen = {kind: choose(group) for kind, group in groups.items()}
    default = choose([results for _, results in validation])
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
