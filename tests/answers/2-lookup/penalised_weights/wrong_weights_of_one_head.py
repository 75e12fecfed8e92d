# Averages the heads.
# loses: test_near_heads, test_near_causal


def penalised_weights(scores, slopes, first, temperature, causal):
    n, size = scores.shape[1:]
    positions = first + np.arange(n)
    distance = positions[:, None] - np.arange(size)[None, :]
    penalty = np.array(slopes)[:, None, None] * np.abs(distance)
    logits = (scores - penalty) / temperature
    if causal:
        logits = np.where(distance >= 0, logits, -np.inf)
    logits = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return np.broadcast_to(weights.mean(axis=0), weights.shape)
