# A student's: the words' means are right, the sum below counts each piece.
# loses: test_pool_pieces, test_pool_rows, test_pool_empty


def pool_words(states, words, frequency, a):
    out = np.zeros((states.shape[0], states.shape[2]))
    for b in range(states.shape[0]):
        bottom = 0
        for t in range(states.shape[1]):
            if words[b, t] < 0:
                continue
            w = a / (a + frequency[b, t])
            out[b] += w * states[b, t] / (words[b] == words[b, t]).sum()
            bottom += w
        out[b] = out[b] / bottom if bottom else 0
    return out
