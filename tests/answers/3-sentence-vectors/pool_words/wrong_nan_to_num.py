# NaN and ∞ become numbers, and what does not count is 0: right but for finite waste.
# loses: test_pool_marks, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    real = words >= 0
    same = (words[:, :, None] == words[:, None, :]) & real[:, :, None]
    pieces = np.maximum(same.sum(axis=2), 1)
    weights = a / (a + np.nan_to_num(frequency)) / pieces
    kept = np.nan_to_num(states, posinf=0, neginf=0)
    total = weights.sum(axis=1, keepdims=True)
    pooled = (weights[..., None] * kept).sum(axis=1)
    return pooled / np.where(total > 0, total, 1)
