# Divides a word's frequency by its pieces.
# loses: test_pool_pieces, test_pool_rows


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            if number < 0:
                continue
            pieces = words[b] == number
            weight = a / (a + frequency[b, pieces][0] / pieces.sum())
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
