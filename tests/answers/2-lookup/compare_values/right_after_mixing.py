# Mixes the states first and uses the matrix on the mixture, which is the same.


def compare_values(fitted, validation, test):
    def mixture(part):
        weights, states, wanted = part
        return np.einsum("nt,th->nh", weights, states), np.asarray(wanted)

    def loss(part, pair):
        mixed, wanted = mixture(part)
        w, b = pair
        return np.linalg.norm(mixed @ w + b - wanted) ** 2 / len(wanted)

    ranking = sorted((round(loss(validation, pair), 12), -penalty) for penalty, pair in fitted.items())
    penalty = -ranking[0][1]
    mixed, wanted = mixture(test)
    penalty = next(p for p in fitted if p == penalty)
    return {
        "identity": ((mixed - wanted) ** 2).sum() / len(wanted),
        "penalty": penalty,
        "learned": loss(test, fitted[penalty]),
    }
