# The root of the learned error, and not of the identity's.
# loses: test_compare_learned, test_compare_held_out


def compare_values(fitted, validation, test):
    def error(part, values):
        weights, _, wanted = part
        return np.mean(np.sum((weights @ values - wanted) ** 2, axis=1))

    def learned(part, penalty):
        matrix, offset = fitted[penalty]
        return error(part, part[1] @ matrix + offset)

    best = None
    for penalty in sorted(fitted):
        if best is None or learned(validation, penalty) <= learned(validation, best):
            best = penalty
    return {"penalty": best, "learned": learned(test, best) ** 0.5, "identity": error(test, test[1])}
