# A student's: a word ends where the number changes; the last word of a row is never closed.
# loses: test_pool_mean, test_pool_unseen, test_pool_pieces, test_pool_marks, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    B, T, D = states.shape
    result = np.zeros((B, D))
    for b in range(B):
        total, start = 0.0, 0
        for t in range(1, T):
            if words[b, t] != words[b, t - 1]:
                if words[b, start] >= 0:
                    w = a / (a + frequency[b, start])
                    result[b] += w * states[b, start:t].mean(axis=0)
                    total += w
                start = t
        if total > 0:
            result[b] /= total
    return result
