# What is finite is real, whatever `words` says.
# loses: test_pool_marks, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            pieces = (words[b] == number) & np.isfinite(states[b]).all(axis=1) & np.isfinite(frequency[b])
            if not pieces.any():
                continue
            weight = a / (a + frequency[b, pieces][0])
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
