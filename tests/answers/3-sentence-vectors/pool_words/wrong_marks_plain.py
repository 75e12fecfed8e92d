# What belongs to no word has the weight of a word that was never counted.
# loses: test_pool_marks, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            pieces = words[b] == number
            weight = a / (a + frequency[b, pieces][0] * (number >= 0))
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
