# Rounds the logits to two places, so that near ones tie.
# loses: test_nucleus_ties


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
        kept = own.round(2) >= own[order[count - 1]].round(2)
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
