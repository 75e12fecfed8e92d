# In the causal case a fill of −1e30 before the penalty is subtracted.


def penalised_weights(scores, slopes, first, temperature, causal):
    i, j = np.indices(scores.shape[1:])
    later = j > i + first
    raw = np.where(later & causal, -1e30, scores) - np.multiply.outer(slopes, np.abs(i + first - j))
    raw /= temperature
    raw = np.exp(raw - np.amax(raw, axis=2)[:, :, None])
    return raw / np.sum(raw, axis=2)[:, :, None]
