# Always takes the best token only.
# loses: test_nucleus_crossing, test_nucleus_shares, test_nucleus_least, test_nucleus_ties, test_nucleus_large


def nucleus_shares(logits, p, least):
    result = np.zeros(logits.shape)
    for row, own in enumerate(logits):
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
        kept = own == own.max()
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
