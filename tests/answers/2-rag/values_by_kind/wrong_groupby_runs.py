# by_kind uses groupby without sorting: a kind that comes back later counts once more.
# loses: test_kinds_report
from itertools import groupby


def values_by_kind(validation, test, tolerance):
    def choose(part):
        acc = {v: np.mean([bool(r[v][0]) for _, r in part]) for v in part[0][1]}
        length = {v: np.mean([r[v][1] for _, r in part]) for v in part[0][1]}
        good = [v for v in acc if acc[v] >= max(acc.values()) - tolerance]
        return sorted(good, key=lambda v: (length[v], -acc[v], v))[0]

    chosen = {}
    for kind, _ in validation:
        if kind not in chosen:
            chosen[kind] = choose([q for q in validation if q[0] == kind])
    for kind, _ in test:
        if kind not in chosen:
            chosen[kind] = choose(validation)
    answers = [(kind, *r[chosen[kind]]) for kind, r in test]
    shares = [np.mean([bool(a[1]) for a in run]) for _, run in groupby(answers, key=lambda a: a[0])]
    return {
        "chosen": chosen,
        "accuracy": float(np.mean([bool(a[1]) for a in answers])),
        "by_kind": float(np.mean(shares)),
        "words": float(np.mean([a[2] for a in answers])),
    }
