# The table of penalties is kept from head to head, and each head adds its own.
# loses: test_near_heads


def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    distance = np.abs(first + np.arange(n)[:, None] - np.arange(T))
    later = np.arange(T) > first + np.arange(n)[:, None]
    out = []
    penalty = np.zeros((n, T))
    for h in range(H):
        penalty += slopes[h] * distance
        s = (scores[h] - penalty) / temperature
        if causal:
            s = np.where(later, -np.inf, s)
        e = np.exp(s - s.max(axis=1, keepdims=True))
        out.append(e / e.sum(axis=1, keepdims=True))
    return np.array(out)
