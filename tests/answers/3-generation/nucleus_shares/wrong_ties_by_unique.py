# Counts each probability once, however many tokens have it.
# loses: test_nucleus_ties, test_nucleus_large


def nucleus_shares(logits, p, least):
    result = np.zeros(logits.shape)
    for row, own in enumerate(logits):
        powers = np.exp(own - own.max())
        shares = powers / powers.sum()
        levels = np.unique(shares)[::-1]
        place = min(max((np.cumsum(levels) < p).sum(), least - 1), len(levels) - 1)
        lowest = np.log(levels[place] * powers.sum()) + own.max() - 1e-9
        kept = own >= lowest
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
