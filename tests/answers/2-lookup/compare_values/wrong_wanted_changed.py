# The test error is made in place (wanted -= answers), and the caller's wanted answers are lost.
# loses: test_compare_identity, test_compare_learned, test_compare_held_out


def compare_values(fitted, validation, test):
    def error(part, values):
        return float(((part[0] @ values - part[2]) ** 2).sum(axis=1).mean())

    best = min(fitted, key=lambda p: (error(validation, validation[1] @ fitted[p][0] + fitted[p][1]), -p))
    identity = error(test, test[1])
    weights, states, wanted = test
    wanted -= weights @ (states @ fitted[best][0] + fitted[best][1])
    return {"penalty": best, "learned": float((wanted**2).sum(axis=1).mean()), "identity": identity}
