# One pass that adds up counts; total words in place of means, which rank alike; a Counter for the kinds.


def values_by_kind(validation, test, tolerance):
    everything, sums = object(), {}
    for kind, results in validation:
        for group in (kind, everything):
            for value, (right, words) in results.items():
                entry = sums.setdefault(group, {}).setdefault(value, [0, 0, 0])
                entry[0] += 1
                entry[1] += bool(right)
                entry[2] += words

    def best(group):
        entries, top = sums[group], max(r / n for n, r, _ in sums[group].values())
        winner = None
        for value in sorted(entries, reverse=True):
            n, r, w = entries[value]
            if r / n >= top - tolerance and (winner is None or (w, -r) <= winner[:2]):
                winner = (w, -r, value)
        return winner[2]

    chosen = {kind: best(kind) for kind in sums if kind is not everything}
    right_of, count_of, words = Counter(), Counter(), 0
    for kind, results in test:
        chosen.setdefault(kind, best(everything))
        count_of[kind] += 1
        right_of[kind] += int(results[chosen[kind]][0])
        words += results[chosen[kind]][1]
    number = count_of.total()
    return {
        "chosen": chosen,
        "accuracy": right_of.total() / number,
        "by_kind": sum(right_of[kind] / count_of[kind] for kind in count_of) / len(count_of),
        "words": words / number,
    }
