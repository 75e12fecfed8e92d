# Adds 10⁻⁶ to the sum of weights, which is more than a small weight.
# loses: test_pool_unseen, test_pool_empty


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            if number < 0:
                continue
            pieces = words[b] == number
            weight = a / (a + frequency[b, pieces][0])
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        pooled[b] /= total + 1e-6
    return pooled
