# By searchsorted.


def draw(shares, number):
    shares = np.asarray(shares, dtype=float)
    sums = np.cumsum(shares)
    place = np.searchsorted(sums, number * sums[-1], side="right")
    return int(min(place, np.flatnonzero(shares)[-1]))


def accepted_draft(drafted, draft, target, draws):
    for place, token in enumerate(drafted):
        p, q = target[place, token], draft[place, token]
        if not draws[place] * q < p:
            rest = np.clip(target[place] - draft[place], 0, None)
            return [int(x) for x in drafted[:place]] + [draw(rest, draws[-1])]
    return [int(x) for x in drafted] + [draw(target[-1], draws[-1])]
