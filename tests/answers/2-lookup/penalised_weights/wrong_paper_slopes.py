# Takes the slopes of the paper, 2^(−8h/H), in place of those given.
# loses: test_near_distance, test_near_heads, test_near_causal, test_near_temperature


def penalised_weights(scores, slopes, first, temperature, causal):
    n, size = scores.shape[1:]
    positions = first + np.arange(n)
    distance = positions[:, None] - np.arange(size)[None, :]
    penalty = (2.0 ** (-8 * np.arange(1, len(scores) + 1) / len(scores)))[:, None, None] * np.abs(distance)
    logits = (scores - penalty) / temperature
    if causal:
        logits = np.where(distance >= 0, logits, -np.inf)
    logits = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits)
    return weights / weights.sum(axis=-1, keepdims=True)
