# Takes exp of the scores as they are.
# loses: test_top_weights, test_top_allowed


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    order = np.argsort(-masked, axis=1, kind="stable")[:, :k]
    chosen = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=1)
    chosen &= allowed
    kept = np.where(chosen, scores, -np.inf)
    top = np.nan_to_num(kept.max(axis=1, keepdims=True), neginf=0)
    powers = np.exp(kept)
    total = powers.sum(axis=1, keepdims=True)
    return powers / np.where(total == 0, 1, total)
