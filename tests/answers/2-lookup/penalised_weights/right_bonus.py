# Right: a bonus of slope times min(j, 2p - j) in place of the penalty, and one over sums of ratios
def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    result = np.zeros((H, n, T))
    for h, m in enumerate(slopes):
        for i in range(n):
            p = first + i
            last = min(p + 1, T) if causal else T
            j = np.arange(last)
            level = (scores[h, i, :last] + m * np.minimum(j, 2 * p - j)) / temperature
            with np.errstate(over="ignore"):
                ratios = np.exp(level[None, :] - level[:, None])
            result[h, i, :last] = 1 / ratios.sum(axis=1)
    return result
