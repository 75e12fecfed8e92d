# By what the more probable tokens hold, all rows at once.


def nucleus_shares(logits, p, least):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    order = np.argsort(-shares, axis=1)
    ordered = np.take_along_axis(shares, order, axis=1)
    before = np.cumsum(ordered, axis=1) - ordered
    taken = before < p
    taken[:, :least] = True
    lowest = np.where(taken, ordered, np.inf).min(axis=1, keepdims=True)
    kept = np.where(shares >= lowest, shares, 0.0)
    return kept / kept.sum(axis=1, keepdims=True)
