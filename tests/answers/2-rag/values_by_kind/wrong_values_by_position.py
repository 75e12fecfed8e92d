# Takes the values by their position in the dict of each question; the order in another question may differ.
# loses: test_kinds_choice
def values_by_kind(validation, test, tolerance):
    def choose(results):
        names = list(results[0])
        table = [list(r.values()) for r in results]
        a = {v: sum(bool(row[n][0]) for row in table) / len(results) for n, v in enumerate(names)}
        w = {v: sum(row[n][1] for row in table) / len(results) for n, v in enumerate(names)}
        top = max(a.values())
        good = [v for v in names if a[v] >= top - tolerance]
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
