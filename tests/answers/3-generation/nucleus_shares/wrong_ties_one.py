# Of the tokens that tie with the last one, one more is kept.
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
        lowest = own[order[count - 1]]
        kept = np.zeros(len(own), dtype=bool)
        more = count < len(own) and own[order[count]] == lowest
        kept[order[: count + more]] = True
        result[row, kept] = shares[kept] / shares[kept].sum()
    return result
