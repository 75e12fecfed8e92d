# In single precision; bisects in the sums.


def nucleus_shares(logits, p, least):
    result = []
    for own in logits:
        shares = np.exp(own - own.max()).astype(np.float32)
        shares /= shares.sum()
        ordered = np.sort(own)[::-1]
        place = max(np.searchsorted(np.cumsum(np.sort(shares)[::-1]), p), least - 1)
        threshold = ordered[min(place, len(own) - 1)]
        kept = np.where(own < threshold, np.float32(0), shares)
        result.append(kept / kept.sum())
    return np.stack(result)
