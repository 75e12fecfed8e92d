# By where the number changes: np.add.reduceat over the runs of pieces, in single precision.


def pool_words(states, words, frequency, a):
    pooled = np.zeros((len(states), states.shape[2]), dtype=np.float32)
    for b, numbers in enumerate(words):
        real = np.flatnonzero(numbers != -1)
        if len(real) == 0:
            continue
        begins = np.flatnonzero(np.append(True, np.diff(numbers[real]) != 0))
        counts = np.diff(np.append(begins, len(real)))
        own = states[b, real].astype(np.float32)
        means = np.add.reduceat(own, begins, axis=0) / counts[:, None]
        weights = (a / (a + frequency[b, real][begins])).astype(np.float32)
        pooled[b] = weights @ means / weights.sum()
    return pooled
