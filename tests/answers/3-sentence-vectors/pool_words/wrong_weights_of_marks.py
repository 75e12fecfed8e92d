# The states that do not count are 0, and their weights are in the sum.
# loses: test_pool_marks, test_pool_rows


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            pieces = words[b] == number
            weight = a / (a + frequency[b, pieces][0])
            weight = weight if np.isfinite(weight) else 0.0
            total += weight
            if number >= 0:
                pooled[b] += weight * states[b, pieces].mean(axis=0)
        if total > 0:
            pooled[b] /= total
    return pooled
