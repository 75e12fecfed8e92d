# Ties are kept where `least` decides, but not where p does.
# loses: test_nucleus_ties, test_nucleus_large


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
        kept = own >= lowest
        if not (count == least and total - shares[token] >= p):
            kept = np.zeros(len(own), dtype=bool)
            kept[order[:count]] = True
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
