# Two words with the same frequency and the same mean state are taken for one word.
# loses: test_pool_pieces


def pool_words(states: np.ndarray, words: np.ndarray, frequency: np.ndarray, a: float) -> np.ndarray:
    out = np.zeros((len(states), states.shape[2]))
    for b in range(len(states)):
        seen = {}
        for w in np.unique(words[b][words[b] >= 0]):
            m = words[b] == w
            seen[tuple(states[b][m].mean(axis=0).round(6)), float(frequency[b][m][0])] = w
        total = 0.0
        for mean, p in seen:
            out[b] += a / (a + p) * np.array(mean)
            total += a / (a + p)
        if total:
            out[b] /= total
    return out
