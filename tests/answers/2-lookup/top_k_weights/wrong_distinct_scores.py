# The k best different scores, with all keys that have them.
# loses: test_top_ties, test_top_allowed


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    kth = [np.unique(row)[::-1][:k][-1] for row in masked]
    chosen = np.zeros(scores.shape, dtype=bool)
    chosen |= masked >= np.array(kth)[:, None]
    chosen &= allowed
    kept = np.where(chosen, scores, -np.inf)
    top = np.nan_to_num(kept.max(axis=1, keepdims=True), neginf=0)
    powers = np.exp(kept - top)
    total = powers.sum(axis=1, keepdims=True)
    return powers / np.where(total == 0, 1, total)
