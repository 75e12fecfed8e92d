# Divides by the number of states.
# loses: test_compare_identity, test_compare_learned


def compare_values(fitted, validation, test):
    def error(part, values):
        weights, _, wanted = part
        return np.sum((weights @ values - wanted) ** 2) / len(values)

    def learned(part, penalty):
        matrix, offset = fitted[penalty]
        return error(part, part[1] @ matrix + offset)

    best = None
    for penalty in sorted(fitted):
        if best is None or learned(validation, penalty) <= learned(validation, best):
            best = penalty
    return {"penalty": best, "learned": learned(test, best), "identity": error(test, test[1])}
