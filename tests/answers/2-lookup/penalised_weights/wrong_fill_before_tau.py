# Gives later keys the smallest score minus 100 before the division by the temperature
# loses: test_near_temperature
def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    i = np.arange(n).reshape(1, n, 1) + first
    j = np.arange(T).reshape(1, 1, T)
    s = scores - np.array(slopes).reshape(H, 1, 1) * abs(i - j)
    if causal:
        s = np.where(j > i, s.min() - 100, s)
    s = s / temperature
    s = s - s.max(axis=2, keepdims=True)
    return np.exp(s) / np.exp(s).sum(axis=2, keepdims=True)
