# By a singular value decomposition, once for all decays.


def ridge_probe(train, labels, valid, valid_labels, test, decays):
    def prepared(x, y):
        names, place = np.unique(y, return_inverse=True)
        centre = x.mean(0)
        width = x.std(0)
        width[width <= 1e-12] = 1.0
        u, s, v = np.linalg.svd((x - centre) / width, full_matrices=False)
        one = np.eye(len(names))[place]
        base = one.mean(0)

        def answer(new, decay):
            w = v.T @ ((s / (s**2 + decay * len(x)))[:, None] * (u.T @ (one - base)))
            return names[np.argmax((new - centre) / width @ w + base, axis=1)].tolist()

        return answer

    first = prepared(train, labels)
    found = {d: first(valid, d) for d in decays}
    right = {d: sum(int(a) == int(b) for a, b in zip(found[d], valid_labels)) / len(valid) for d in decays}
    best = max(d for d in decays if right[d] == max(right.values()))
    second = prepared(np.vstack([train, valid]), np.append(labels, valid_labels))
    return {
        "decay": best,
        "shares": [right[d] for d in decays],
        "valid": found[best],
        "test": second(test, best),
    }
