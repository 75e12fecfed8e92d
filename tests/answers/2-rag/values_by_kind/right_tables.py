# Exact fractions, sorting a whole list of candidates, and counters; the report comes from sums per kind.
from fractions import Fraction


def values_by_kind(validation, test, tolerance):
    seen = Counter(kind for kind, _ in validation)
    asked = Counter(kind for kind, _ in test)

    def pick(wanted):
        rows = []
        for value in sorted(validation[0][1]):
            right = words = count = 0
            for kind, results in validation:
                if wanted(kind):
                    ok, length = results[value]
                    right, words, count = right + (1 if ok else 0), words + Fraction(length), count + 1
            rows.append((words / count, -Fraction(right, count), value))
        highest = max(-row[1] for row in rows)
        rows.sort()
        return next(value for _, minus, value in rows if float(highest + minus) <= tolerance + 1e-12)

    chosen = {kind: pick(lambda other, kind=kind: other == kind) for kind in seen}
    for kind in asked:
        if kind not in seen:
            chosen[kind] = pick(lambda other: True)
    hits, words = Counter(), Fraction(0)
    for kind, results in test:
        ok, length = results[chosen[kind]]
        hits[kind] += 1 if ok else 0
        words += Fraction(length)
    return {
        "chosen": chosen,
        "accuracy": float(Fraction(sum(hits.values()), len(test))),
        "by_kind": float(sum(Fraction(hits[kind], n) for kind, n in asked.items()) / len(asked)),
        "words": float(words / len(test)),
    }
