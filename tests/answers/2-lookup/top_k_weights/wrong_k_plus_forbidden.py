# Keeps as many more keys as are forbidden.
# loses: test_top_allowed


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    order = np.argsort(-masked, axis=1, kind="stable")
    order = [line[: k + int((~may).sum())] for line, may in zip(order, allowed)]
    chosen = np.zeros(scores.shape, dtype=bool)
    for row, line in enumerate(order):
        chosen[row, line] = True
    chosen &= allowed
    kept = np.where(chosen, scores, -np.inf)
    top = np.nan_to_num(kept.max(axis=1, keepdims=True), neginf=0)
    powers = np.exp(kept - top)
    total = powers.sum(axis=1, keepdims=True)
    return powers / np.where(total == 0, 1, total)
