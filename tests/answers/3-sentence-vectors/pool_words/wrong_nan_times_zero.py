# States that do not count are multiplied by 0, and NaN stays NaN.
# loses: test_pool_marks, test_pool_empty


def pool_words(states, words, frequency, a):
    real = words >= 0
    same = (words[:, :, None] == words[:, None, :]) & real[:, :, None]
    pieces = np.maximum(same.sum(axis=2), 1)
    weights = np.where(real, a / (a + np.where(real, frequency, 0)) / pieces, 0)
    kept = states * real[..., None]
    total = weights.sum(axis=1, keepdims=True)
    pooled = (weights[..., None] * kept).sum(axis=1)
    return pooled / np.where(total > 0, total, 1)
