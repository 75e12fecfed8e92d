# Adds 1e-10 to the sum of weights, which is much beside a weight of 1e-8.
# loses: test_pool_empty


def pool_words(states: np.ndarray, words: np.ndarray, frequency: np.ndarray, a: float) -> np.ndarray:
    out = []
    for b in range(len(states)):
        top, below = np.zeros(states.shape[2]), 0.0
        for w in np.unique(words[b][words[b] >= 0]):
            m = words[b] == w
            weight = a / (a + frequency[b][m][0])
            top = top + weight * states[b][m].mean(axis=0)
            below += weight
        out.append(top / (below + 1e-10))
    return np.stack(out)
