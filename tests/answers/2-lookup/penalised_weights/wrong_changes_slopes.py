# Each slope is divided by the temperature in the caller's own list.
# loses: test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    weights = np.zeros((H, n, T))
    for h in range(H):
        slopes[h] = slopes[h] / temperature
        for i in range(n):
            p = first + i
            s = scores[h, i] / temperature - slopes[h] * np.abs(p - np.arange(T))
            if causal:
                s[p + 1 :] = -np.inf
            e = np.exp(s - s.max())
            weights[h, i] = e / e.sum()
    return weights
