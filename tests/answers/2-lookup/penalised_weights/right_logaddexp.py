# By logarithms of weights: np.logaddexp.reduce adds up, and `causal` is a slice of the row.


def penalised_weights(scores, slopes, first, temperature, causal):
    heads, asked, held = scores.shape
    weights = np.zeros((heads, asked, held))
    for h, slope in enumerate(slopes):
        for i in range(asked):
            here = first + i
            seen = min(here + 1, held) if causal else held
            ramp = np.concatenate([np.arange(here, -1, -1), np.arange(1, held + 1)])[:seen]
            log = (scores[h, i, :seen].astype(float) - slope * ramp) / temperature
            weights[h, i, :seen] = np.exp(log - np.logaddexp.reduce(log))
    return weights
