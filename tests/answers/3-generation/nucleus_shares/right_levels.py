# Goes through the different logits of a row, the highest first, and takes all tokens of each.


def nucleus_shares(logits, p, least):
    rows = []
    for own in logits:
        powers = np.exp(own - own.max())
        shares = powers / powers.sum()
        kept = np.zeros(len(own), dtype=bool)
        for level in sorted(set(own.tolist()), reverse=True):
            kept |= own == level
            if shares[kept].sum() >= p and kept.sum() >= least:
                break
        rows.append(np.where(kept, shares, 0) / shares[kept].sum())
    return np.array(rows)
