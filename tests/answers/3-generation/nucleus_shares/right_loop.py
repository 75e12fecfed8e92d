# A loop that takes one token after the other.


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
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
