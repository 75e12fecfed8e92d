# By least squares with extra rows; shares and answers as arrays.


def ridge_probe(train, labels, valid, valid_labels, test, decays):
    def model(x, y, decay):
        names = np.array(sorted(set(y.tolist())))
        centre, width = np.mean(x, axis=0), np.std(x, axis=0)
        width = np.array([w if w > 1e-12 else 1.0 for w in width])
        goal = np.stack([(y == name) * 1.0 for name in names], axis=1)
        base = goal.mean(axis=0)
        a = np.vstack([(x - centre) / width, np.sqrt(decay * len(x)) * np.eye(x.shape[1])])
        t = np.vstack([goal - base, np.zeros((x.shape[1], len(names)))])
        return names, centre, width, np.linalg.lstsq(a, t, rcond=None)[0], base

    def say(fitted, new):
        names, centre, width, w, base = fitted
        return names[(((new - centre) / width) @ w + base).argmax(axis=1)]

    found = [say(model(train, labels, d), valid) for d in decays]
    shares = np.array([(one == valid_labels).sum() / len(valid) for one in found])
    order = sorted(range(len(decays)), key=lambda n: (-shares[n], -decays[n]))
    pick = order[0]
    both = model(np.r_[train, valid], np.r_[labels, valid_labels], decays[pick])
    return {"shares": shares, "decay": decays[pick], "valid": found[pick], "test": say(both, test)}
