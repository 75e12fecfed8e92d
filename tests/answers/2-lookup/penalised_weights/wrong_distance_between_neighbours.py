# Counts the distance in both directions from the end of the text.
# loses: test_near_distance, test_near_first


def penalised_weights(scores, slopes, first, temperature, causal):
    n, size = scores.shape[1:]
    positions = first + np.arange(n)
    distance = positions[:, None] - np.arange(size)[None, :]
    penalty = np.array(slopes)[:, None, None] * np.abs(distance[:, ::-1])
    logits = (scores - penalty) / temperature
    if causal:
        logits = np.where(distance >= 0, logits, -np.inf)
    logits = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits)
    return weights / weights.sum(axis=-1, keepdims=True)
