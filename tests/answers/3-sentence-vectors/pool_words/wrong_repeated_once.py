# A word with the state and the frequency of another one counts once.
# loses: test_pool_unseen, test_pool_pieces, test_pool_marks, test_pool_rows


def pool_words(states, words, frequency, a):
    pooled = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        total, seen = 0.0, set()
        for number in np.unique(words[b]):
            if number < 0:
                continue
            pieces = words[b] == number
            if frequency[b, pieces][0] in seen:
                continue
            seen.add(frequency[b, pieces][0])
            weight = a / (a + frequency[b, pieces][0])
            pooled[b] += weight * states[b, pieces].mean(axis=0)
            total += weight
        if total > 0:
            pooled[b] /= total
    return pooled
