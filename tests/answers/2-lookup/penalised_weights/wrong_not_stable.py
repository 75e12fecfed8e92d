# Takes exp of the scores as they are.
# loses: test_near_causal, test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    n, size = scores.shape[1:]
    positions = first + np.arange(n)
    distance = positions[:, None] - np.arange(size)[None, :]
    penalty = np.array(slopes)[:, None, None] * np.abs(distance)
    logits = (scores - penalty) / temperature
    if causal:
        logits = np.where(distance >= 0, logits, -np.inf)
    weights = np.exp(logits)
    return weights / weights.sum(axis=-1, keepdims=True)
