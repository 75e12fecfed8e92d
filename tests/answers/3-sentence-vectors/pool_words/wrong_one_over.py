# The weight is 1/(1 + p/a²).
# loses: test_pool_mean, test_pool_unseen, test_pool_pieces, test_pool_rows


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            if number < 0:
                continue
            pieces = words[b] == number
            weight = 1 / (1 + frequency[b, pieces][0] / a**2)
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
