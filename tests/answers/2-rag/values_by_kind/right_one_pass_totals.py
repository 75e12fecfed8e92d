# One pass adds all totals; each choice then strikes out values one by one.
def values_by_kind(validation, test, tolerance):
    total = {}
    for kind, results in validation:
        for value, (right, words) in results.items():
            for key in (kind, None):
                entry = total.setdefault(key, {}).setdefault(value, [0, 0, 0])
                entry[0] += 1
                entry[1] += 1 if right else 0
                entry[2] += words

    def beats(x, y):
        if x[2] / x[0] != y[2] / y[0]:
            return x[2] / x[0] < y[2] / y[0]
        return x[1] / x[0] > y[1] / y[0]

    def pick(key):
        table = total[key if key in total else None]
        top = max(right / n for n, right, _ in table.values())
        names = sorted(v for v, (n, right, _) in table.items() if right / n >= top - tolerance)
        winner = names[0]
        for name in names[1:]:
            if beats(table[name], table[winner]):
                winner = name
        return winner

    chosen = {kind: pick(kind) for kind in dict.fromkeys(q[0] for part in (validation, test) for q in part)}
    size = Counter(kind for kind, _ in test)
    hits = Counter(kind for kind, results in test if results[chosen[kind]][0])
    return {
        "chosen": chosen,
        "accuracy": sum(hits.values()) / len(test),
        "by_kind": sum(hits[kind] / size[kind] for kind in size) / len(size),
        "words": sum(results[chosen[kind]][1] for kind, results in test) / len(test),
    }
