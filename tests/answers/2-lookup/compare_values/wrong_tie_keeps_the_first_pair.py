# At a tie the larger penalty is noted, but the pair that is tested stays that of the smaller one.
# loses: test_compare_held_out


def compare_values(fitted, validation, test):
    def error(part, values):
        weights, _, wanted = part
        return np.square(weights @ values - wanted).sum(axis=1).mean()

    penalty, pair, lowest = None, None, np.inf
    for p, (W, b) in fitted.items():
        e = error(validation, validation[1] @ W + b)
        if e < lowest:
            penalty, pair, lowest = p, (W, b), e
        elif e == lowest:
            penalty = max(penalty, p)
    W, b = pair
    return {
        "penalty": penalty,
        "learned": float(error(test, test[1] @ W + b)),
        "identity": float(error(test, test[1])),
    }
