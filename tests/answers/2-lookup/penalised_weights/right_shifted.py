# In the causal case the penalty is a bonus of slope · j, which gives the same softmax.

from scipy.special import softmax


def penalised_weights(scores, slopes, first, temperature, causal):
    weights = []
    for table, slope in zip(scores, slopes):
        rows = []
        for i, row in enumerate(table):
            j = np.arange(len(row))
            if causal:
                seen = softmax((row + slope * j)[: first + i + 1] / temperature)
                rows.append(np.pad(seen, (0, len(row) - len(seen))))
            else:
                rows.append(softmax((row - slope * abs(first + i - j)) / temperature))
        weights.append(rows)
    return np.array(weights)
