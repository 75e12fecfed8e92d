# A student's: weights by np.where, and the pieces of a word are counted over the whole batch.
# loses: test_pool_rows


def pool_words(states, words, frequency, a):
    real = words != -1
    weights = np.where(real, a / (a + frequency), 0.0)
    _, which, counts = np.unique(words, return_inverse=True, return_counts=True)
    pieces = counts[which].reshape(words.shape)
    weights = weights / pieces
    states = np.where(real[..., None], states, 0.0)
    total = weights.sum(axis=1, keepdims=True)
    return (weights[..., None] * states).sum(axis=1) / np.where(total == 0, 1, total)
