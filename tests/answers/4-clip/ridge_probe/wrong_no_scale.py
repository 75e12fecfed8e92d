# The columns are centred and not divided.
# loses: test_probe_fit, test_probe_choice, test_probe_again, test_probe_labels, test_probe_all


def ridge_probe(train, labels, valid, valid_labels, test, decays):
    def fitted(x, y, decay):
        classes = np.unique(y)
        mean, spread = x.mean(axis=0), x.std(axis=0)
        spread = np.ones_like(spread)
        rows, wanted = (x - mean) / spread, (y[:, None] == classes).astype(float)
        middle = wanted.mean(axis=0)
        inner = rows.T @ rows + decay * len(x) * np.eye(x.shape[1])
        weights = np.linalg.solve(inner, rows.T @ (wanted - middle))
        return lambda new: classes[((new - mean) / spread @ weights + middle).argmax(axis=1)].tolist()

    answers = [fitted(train, labels, decay)(valid) for decay in decays]
    shares = [float(np.mean(np.array(found) == valid_labels)) for found in answers]
    best = max(range(len(decays)), key=lambda n: (shares[n], decays[n]))
    last = fitted(np.concatenate([train, valid]), np.concatenate([labels, valid_labels]), decays[best])
    return {"shares": shares, "decay": decays[best], "valid": answers[best], "test": last(test)}
