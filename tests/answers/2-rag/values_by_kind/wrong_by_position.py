# Puts the results in an array by their position; a question may name its values in another order.
# loses: test_kinds_choice, test_kinds_held_out
def values_by_kind(validation, test, tolerance):
    names = list(validation[0][1])
    kinds = np.array([kind for kind, _ in validation], dtype=object)
    right = np.array([[bool(x[0]) for x in r.values()] for _, r in validation], dtype=float)
    words = np.array([[x[1] for x in r.values()] for _, r in validation], dtype=float)

    def choose(rows):
        acc, length = right[rows].mean(axis=0), words[rows].mean(axis=0)
        good = [i for i in range(len(names)) if acc[i] >= acc.max() - tolerance]
        return names[min(good, key=lambda i: (length[i], -acc[i], names[i]))]

    everything = list(range(len(kinds)))
    chosen = {}
    for kind in [*kinds, *(kind for kind, _ in test)]:
        rows = [i for i in everything if kinds[i] == kind]
        chosen[kind] = choose(rows or everything)
    got = [(kind, r[chosen[kind]]) for kind, r in test]
    shares = {}
    for kind, pair in got:
        shares.setdefault(kind, []).append(bool(pair[0]))
    return {
        "chosen": chosen,
        "accuracy": sum(bool(pair[0]) for _, pair in got) / len(got),
        "by_kind": sum(sum(x) / len(x) for x in shares.values()) / len(shares),
        "words": sum(pair[1] for _, pair in got) / len(got),
    }
