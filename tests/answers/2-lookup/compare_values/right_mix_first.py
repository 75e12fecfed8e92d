# Right: mixes the states before any matrix, with a column of ones; the identity is one more matrix
def compare_values(fitted, validation, test):
    def score(part, matrix):
        weights, states, wanted = part
        mixed = np.column_stack([np.dot(weights, states), np.ones(len(weights))])
        gap = np.dot(mixed, matrix) - wanted
        return float(np.einsum("nh,nh->n", gap, gap).sum() / len(gap))

    tables = {penalty: np.vstack([W, np.reshape(b, (1, -1))]) for penalty, (W, b) in fitted.items()}
    queue = sorted(tables, reverse=True)  # from the largest, so min keeps the larger of two equal ones
    chosen = min(queue, key=lambda penalty: score(validation, tables[penalty]))
    h = test[1].shape[1]
    return {
        "penalty": chosen,
        "learned": score(test, tables[chosen]),
        "identity": score(test, np.eye(h + 1, h)),
    }
