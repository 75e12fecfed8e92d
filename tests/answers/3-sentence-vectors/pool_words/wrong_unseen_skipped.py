# A word that was never counted has the smallest frequency that was counted.
# loses: test_pool_unseen, test_pool_pieces, test_pool_rows


def pool_words(states, words, frequency, a):
    floor = np.min(frequency[frequency > 0], initial=1.0)
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total = 0.0
        for number in np.unique(words[b]):
            if number < 0:
                continue
            pieces = words[b] == number
            weight = a / (a + max(frequency[b, pieces][0], floor))
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
