# Counts first how many are accepted, then draws once.


def accepted_draft(drafted, draft, target, draws):
    size = len(drafted)
    places = np.arange(size)
    tokens = np.asarray(drafted, dtype=int)
    ratios = target[places, tokens] / draft[places, tokens]
    refused = np.flatnonzero(draws[:size] >= np.minimum(ratios, 1))
    count = int(refused[0]) if len(refused) else size
    shares = target[count].copy()
    if count < size:
        shares = np.where(shares > draft[count], shares - draft[count], 0)
    sums = np.cumsum(shares / shares.sum())
    token = int(np.argmax(sums > draws[size])) if sums[-1] > draws[size] else int(np.flatnonzero(shares)[-1])
    return [*tokens[:count].tolist(), token]
