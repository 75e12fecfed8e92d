# Right: no loop; each piece gets the weight of its word over the number of its pieces.


def pool_words(states: np.ndarray, words: np.ndarray, frequency: np.ndarray, a: float) -> np.ndarray:
    real = words != -1
    clean = np.where(real[..., None], states, 0.0)
    p = np.where(real, frequency, 0.0)
    same = (words[:, :, None] == words[:, None, :]) & real[:, :, None] & real[:, None, :]
    share = np.where(real, a / (a + p) / np.maximum(same.sum(axis=2), 1), 0.0)
    total = share.sum(axis=1, keepdims=True)
    return (share[:, :, None] * clean).sum(axis=1) / np.where(total > 0, total, 1.0)
