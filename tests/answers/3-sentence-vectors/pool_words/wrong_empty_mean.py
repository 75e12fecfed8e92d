# A row without words is the mean of its marks.
# loses: test_pool_empty


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
        pooled[b] = pooled[b] / total if total > 0 else np.nan_to_num(states[b]).mean(axis=0)
    return pooled
