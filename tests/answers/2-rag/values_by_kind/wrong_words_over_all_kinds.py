# Compares the words over all questions, not those of the kind.
# loses: test_kinds_unknown, test_kinds_held_out


def values_by_kind(validation, test, tolerance):
    def accuracy(part, value):
        return sum(results[value][0] for _, results in part) / len(part)

    def length(part, value):
        return sum(results[value][1] for _, results in part) / len(part)

    def choose(part):
        values = list(part[0][1])
        best = max(accuracy(part, value) for value in values)
        enough = [value for value in values if accuracy(part, value) >= best - tolerance]
        return sorted(enough, key=lambda value: (length(validation, value), -accuracy(part, value), value))[0]

    def of_kind(part, kind):
        return [question for question in part if question[0] == kind]

    kinds = {kind for kind, _ in [*validation, *test]}
    chosen = {}
    for kind in kinds:
        mine = of_kind(validation, kind)
        chosen[kind] = choose(mine if mine else validation)
    rights = [results[chosen[kind]][0] for kind, results in test]
    words = [results[chosen[kind]][1] for kind, results in test]
    shares = []
    for kind in {kind for kind, _ in test}:
        mine = of_kind(test, kind)
        shares.append(accuracy(mine, chosen[kind]))
    return {
        "chosen": chosen,
        "accuracy": sum(rights) / len(rights),
        "by_kind": sum(shares) / len(shares),
        "words": sum(words) / len(words),
    }
