# Keeps the keys above the next score, so ties at the edge are all dropped.
# loses: test_top_ties, test_top_allowed


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    ordered = np.sort(np.pad(masked, ((0, 0), (0, k)), constant_values=-np.inf), axis=1)[:, ::-1]
    chosen = np.zeros(scores.shape, dtype=bool)
    chosen |= masked > ordered[:, k : k + 1]
    chosen &= allowed
    kept = np.where(chosen, scores, -np.inf)
    top = np.nan_to_num(kept.max(axis=1, keepdims=True), neginf=0)
    powers = np.exp(kept - top)
    total = powers.sum(axis=1, keepdims=True)
    return powers / np.where(total == 0, 1, total)
