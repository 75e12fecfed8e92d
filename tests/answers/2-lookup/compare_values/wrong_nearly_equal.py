# Treats errors that agree in six digits after the point as equal, the text says exactly equal
# loses: test_compare_held_out
def compare_values(fitted, validation, test):
    def error(part, W, b):
        weights, states, wanted = part
        return float((((weights @ (states @ W + b)) - wanted) ** 2).sum(axis=1).mean())

    best = min(fitted, key=lambda p: (round(error(validation, *fitted[p]), 6), -p))
    h = test[1].shape[1]
    return {
        "penalty": best,
        "learned": error(test, *fitted[best]),
        "identity": error(test, np.eye(h), np.zeros(h)),
    }
