# A value without a right answer never counts as good enough, though the tolerance may allow it.
# loses: test_kinds_short
def values_by_kind(validation, test, tolerance):
    def choose(part):
        table = []
        for v in sorted(part[0][1]):
            a = sum(1 for _, r in part if r[v][0]) / len(part)
            w = sum(r[v][1] for _, r in part) / len(part)
            table.append((w, -a, v))
        best = max(-row[1] for row in table)
        good = [row for row in table if -row[1] >= best - tolerance and -row[1] > 0]
        return min(good or table)[2]

    chosen = {}
    for kind, _ in list(validation) + list(test):
        part = [q for q in validation if q[0] == kind]
        chosen[kind] = choose(part if part else validation)
    total, words, by = 0, 0, {}
    for kind, r in test:
        right, w = r[chosen[kind]]
        total += bool(right)
        words += w
        by.setdefault(kind, []).append(bool(right))
    return {
        "chosen": chosen,
        "accuracy": total / len(test),
        "by_kind": sum(sum(x) / len(x) for x in by.values()) / len(by),
        "words": words / len(test),
    }
