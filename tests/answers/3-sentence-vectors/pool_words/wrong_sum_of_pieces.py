# Adds a word's pieces.
# loses: test_pool_pieces, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            if number < 0:
                continue
            pieces = words[b] == number
            weight = a / (a + frequency[b, pieces][0])
            pooled[b] += weight * states[b, pieces].sum(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
