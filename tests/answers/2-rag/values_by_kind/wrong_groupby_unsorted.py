# itertools.groupby without sorting: only the last run of the questions of a kind is used.
# loses: test_kinds_choice
from itertools import groupby


def values_by_kind(validation, test, tolerance):
    def choose(results):
        names = list(results[0])
        a = {v: np.mean([bool(r[v][0]) for r in results]) for v in names}
        w = {v: np.mean([r[v][1] for r in results]) for v in names}
        good = [v for v in names if a[v] >= max(a.values()) - tolerance]
        return min(good, key=lambda v: (w[v], -a[v], v))

    chosen = {kind: choose([r for _, r in group]) for kind, group in groupby(validation, key=lambda q: q[0])}
    default = choose([r for _, r in validation])
    for kind, _ in test:
        chosen.setdefault(kind, default)
    got = [results[chosen[kind]] for kind, results in test]
    shares = {}
    for kind, result in zip([kind for kind, _ in test], got):
        shares.setdefault(kind, []).append(bool(result[0]))
    return {
        "chosen": chosen,
        "accuracy": float(np.mean([bool(r) for r, _ in got])),
        "by_kind": float(np.mean([np.mean(s) for s in shares.values()])),
        "words": float(np.mean([n for _, n in got])),
    }
