# Right: np.add.at into one bin for each number; the bin of −1 is dropped.


def pool_words(states: np.ndarray, words: np.ndarray, frequency: np.ndarray, a: float) -> np.ndarray:
    B, _, D = states.shape
    out = np.zeros((B, D), dtype=states.dtype)
    for b in range(B):
        names, index = np.unique(words[b], return_inverse=True)
        sums = np.zeros((len(names), D), dtype=states.dtype)
        counts = np.zeros(len(names))
        p = np.zeros(len(names))
        np.add.at(sums, index, states[b])
        np.add.at(counts, index, 1)
        p[index] = frequency[b]
        keep = names >= 0
        if not keep.any():
            continue
        weight = a / (a + p[keep])
        out[b] = (weight[:, None] * sums[keep] / counts[keep][:, None]).sum(0) / weight.sum()
    return out
