# All errors as arrays; the last of the smallest.


def compare_values(fitted, validation, test):
    penalties = np.array(sorted(fitted, reverse=True))
    table = []
    for weights, states, wanted in (validation, test):
        every = np.stack([states @ fitted[p][0] + fitted[p][1] for p in penalties])
        table.append(((weights @ every - wanted) ** 2).sum(axis=2).mean(axis=1))
    chosen = int(np.argmin(table[0]))
    plain = ((test[0] @ test[1] - test[2]) ** 2).sum(axis=1).mean()
    return {"penalty": float(penalties[chosen]), "learned": float(table[1][chosen]), "identity": float(plain)}
