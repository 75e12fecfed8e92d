# The nucleus of the first row is used for all rows.
# loses: test_nucleus_shares, test_nucleus_least, test_nucleus_ties


def nucleus_shares(logits, p, least):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = shares / shares.sum(axis=1, keepdims=True)
    order = np.argsort(-shares, axis=1)
    ordered = np.take_along_axis(shares, order, axis=1)
    before = np.cumsum(ordered, axis=1) - ordered
    taken = before < p
    taken[:, :least] = True
    kept = np.where(shares[:1] >= np.where(taken, ordered, np.inf)[0].min(), shares, 0.0)
    return kept / kept.sum(axis=1, keepdims=True)
