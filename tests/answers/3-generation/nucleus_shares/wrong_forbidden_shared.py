# A forbidden token gets a little: minus infinity becomes -5.
# loses: test_nucleus_large


def nucleus_shares(logits, p, least):
    result = np.zeros(logits.shape)
    for row, own in enumerate(logits):
        own = np.where(np.isfinite(own), own, own[np.isfinite(own)].min() - 5)
        powers = np.exp(own - own.max())
        shares = powers / powers.sum()
        order = np.argsort(-own)
        total, count = 0.0, 0
        for token in order:
            total += shares[token]
            count += 1
            if total >= p and count >= least:
                break
        lowest = own[order[count - 1]]
        kept = own >= lowest
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
