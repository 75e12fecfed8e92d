# A student's: weights the pieces, and takes the mean over the words.
# loses: test_pool_mean, test_pool_unseen, test_pool_pieces, test_pool_marks, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    out = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        idx = words[b] >= 0
        if idx.sum() == 0:
            continue
        weighted = (a / (a + frequency[b, idx]))[:, None] * states[b, idx]
        n = words[b, idx]
        per_word = np.array([weighted[n == k].mean(axis=0) for k in np.unique(n)])
        out[b] = per_word.mean(axis=0)
    return out
