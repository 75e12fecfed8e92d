# Weights of later keys are set to 0, without normalising again.
# loses: test_near_causal


def penalised_weights(scores, slopes, first, temperature, causal):
    n, size = scores.shape[1:]
    positions = first + np.arange(n)
    distance = positions[:, None] - np.arange(size)[None, :]
    penalty = np.array(slopes)[:, None, None] * np.abs(distance)
    logits = (scores - penalty) / temperature
    logits = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights * (distance >= 0) if causal else weights
