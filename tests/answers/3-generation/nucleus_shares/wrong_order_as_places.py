# Puts sorted values back with the order used the wrong way round.
# loses: test_nucleus_crossing, test_nucleus_shares, test_nucleus_least, test_nucleus_ties, test_nucleus_large


def nucleus_shares(logits, p, least):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    order = np.argsort(-shares, axis=1)
    ordered = np.take_along_axis(shares, order, axis=1)
    before = np.cumsum(ordered, axis=1) - ordered
    taken = before < p
    taken[:, :least] = True
    lowest = np.where(taken, ordered, np.inf).min(axis=1, keepdims=True)
    kept = np.take_along_axis(np.where(ordered >= lowest, ordered, 0.0), order, axis=1)
    return kept / kept.sum(axis=1, keepdims=True)
