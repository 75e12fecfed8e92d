# The temperature is only used on the way without causal (an early return forgets it).
# loses: test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    def softmax(s):
        e = np.exp(s - s.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    _H, n, T = scores.shape
    query, key = first + np.arange(n)[:, None], np.arange(T)
    s = scores - np.array(slopes)[:, None, None] * np.abs(query - key)
    if causal:
        return softmax(np.where(key <= query, s, -np.inf))
    return softmax(s / temperature)
