# Sorts once, cumulative sums, and takes the last of each group of equal scores.


def hold_back(validation, test, target):
    scores = np.array(validation[0], dtype=float)
    order = np.argsort(-scores, kind="stable")
    scores, right = scores[order], np.array(validation[1], dtype=float)[order]
    precision = np.cumsum(right) / np.arange(1, len(scores) + 1)
    last = np.append(scores[1:] != scores[:-1], True)
    good = np.flatnonzero(last & (precision >= target))
    result = dict.fromkeys(("threshold", "precision", "coverage", "invented"))
    asked, true, able = (np.array(column) for column in test)
    given = np.zeros(len(asked), dtype=bool)
    if len(good):
        result["threshold"] = scores[good[-1]]
        given = asked >= scores[good[-1]]
    result["coverage"] = np.mean(given)
    if given.any():
        result["precision"] = np.sum(given & true) / given.sum()
    if not able.all():
        result["invented"] = np.mean(given[~able.astype(bool)])
    return result
