# Takes the largest logit off in place.
# loses: test_nucleus_shares


def nucleus_shares(logits, p, least):
    logits -= logits.max(axis=1, keepdims=True)
    shares = np.exp(logits)
    shares = shares / shares.sum(axis=1, keepdims=True)
    order = np.argsort(-shares, axis=1)
    ordered = np.take_along_axis(shares, order, axis=1)
    before = np.cumsum(ordered, axis=1) - ordered
    taken = before < p
    taken[:, :least] = True
    lowest = np.where(taken, ordered, np.inf).min(axis=1, keepdims=True)
    kept = np.where(shares >= lowest, shares, 0.0)
    return kept / kept.sum(axis=1, keepdims=True)
