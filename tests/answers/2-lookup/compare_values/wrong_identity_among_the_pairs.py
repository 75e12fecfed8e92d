# Takes the identity for a candidate with penalty 0.
# loses: test_compare_learned


def compare_values(fitted, validation, test):
    def error(part, values):
        weights, _, wanted = part
        return np.mean(np.sum((weights @ values - wanted) ** 2, axis=1))

    def learned(part, penalty):
        matrix, offset = fitted[penalty]
        return error(part, part[1] @ matrix + offset)

    fitted = {0.0: (np.eye(test[1].shape[1]), np.zeros(test[1].shape[1]))} | fitted
    best = None
    for penalty in sorted(fitted):
        if best is None or learned(validation, penalty) <= learned(validation, best):
            best = penalty
    return {"penalty": best, "learned": learned(test, best), "identity": error(test, test[1])}
