# Adds up over the queries and takes the mean over the numbers (axis=0): right only where n = h.
# loses: test_compare_identity, test_compare_learned


def compare_values(fitted, validation, test):
    def error(part, W=None, b=0.0):
        weights, states, wanted = part
        values = states if W is None else states @ W + b
        return float(np.mean(np.sum((weights @ values - wanted) ** 2, axis=0)))

    best = min(sorted(fitted, reverse=True), key=lambda p: error(validation, *fitted[p]))
    return {"penalty": best, "learned": error(test, *fitted[best]), "identity": error(test)}
