# Later keys get the score -1000.
# loses: test_near_causal


def penalised_weights(scores, slopes, first, temperature, causal):
    positions = first + np.arange(scores.shape[1])
    keys = np.arange(scores.shape[2])
    distance = np.abs(positions[:, None] - keys[None, :])
    s = (scores - np.asarray(slopes)[:, None, None] * distance) / temperature
    if causal:
        s[:, keys[None, :] > positions[:, None]] = -1000
    s -= s.max(axis=-1, keepdims=True)
    return np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True)
