# A student's: bincount over the numbers, and a mean over the words up to the largest number.
# loses: test_pool_empty


def pool_words(states, words, frequency, a):
    result = np.zeros((len(states), states.shape[2]))
    for b in range(len(states)):
        real = words[b] >= 0
        if not real.any():
            continue
        n = words[b][real]
        counts = np.bincount(n)
        weights = np.zeros(len(counts))
        weights[n] = a / (a + frequency[b][real])
        for d in range(states.shape[2]):
            sums = np.bincount(n, weights=states[b, real, d])
            result[b, d] = (weights * sums / np.maximum(counts, 1)).sum() / max(
                weights.sum(), len(counts) * 1e-6
            )
    return result
