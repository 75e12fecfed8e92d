# Sorts by the error and looks for a tie only between the first two
# loses: test_compare_held_out
def compare_values(fitted, validation, test):
    def error(part, values):
        return float(np.linalg.norm(part[0] @ values - part[2]) ** 2 / len(part[2]))

    ranked = sorted(
        ((error(validation, validation[1] @ W + b), p) for p, (W, b) in fitted.items()),
        key=lambda pair: pair[0],
    )
    best = ranked[0][1]
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        best = max(ranked[0][1], ranked[1][1])
    W, b = fitted[best]
    return {"penalty": best, "learned": error(test, test[1] @ W + b), "identity": error(test, test[1])}
