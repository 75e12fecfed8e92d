# A row whose weights sum to less than 5e-8 is taken for a row without words.
# loses: test_pool_empty


def pool_words(states: np.ndarray, words: np.ndarray, frequency: np.ndarray, a: float) -> np.ndarray:
    out = np.zeros((len(states), states.shape[2]))
    for b in range(len(states)):
        below = 0.0
        for w in np.unique(words[b][words[b] >= 0]):
            m = words[b] == w
            weight = a / (a + frequency[b][m][0])
            out[b] += weight * states[b][m].mean(axis=0)
            below += weight
        if below > 5e-8:
            out[b] /= below
        else:
            out[b] = 0
    return out
