# Pieces with the same frequency are taken for one word.
# loses: test_pool_unseen, test_pool_pieces, test_pool_rows


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(frequency[b][words[b] >= 0]):
            pieces = (frequency[b] == number) & (words[b] >= 0)
            weight = a / (a + frequency[b, pieces][0])
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
