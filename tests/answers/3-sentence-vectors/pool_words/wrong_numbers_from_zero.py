# Counts up from 0 to the largest number: a missing number is 0/0.
# loses: test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in range(words[b].max() + 1):
            if number < 0:
                continue
            pieces = words[b] == number
            if not pieces.any():
                total += 1
                continue
            weight = a / (a + frequency[b, pieces][0])
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
