# Thinks that no distance can be larger than T - 1, and clips distances there
# loses: test_near_distance
def penalised_weights(scores, slopes, first, temperature, causal):
    T = scores.shape[2]
    p = np.arange(first, first + scores.shape[1])
    gap = p[:, None] - np.arange(T)
    distance = np.clip(np.abs(gap), 0, T - 1)
    s = (scores - np.einsum("h,ij->hij", np.asarray(slopes, dtype=float), distance)) / temperature
    if causal:
        s = np.where(gap >= 0, s, -np.inf)
    s = s - np.max(s, axis=2, keepdims=True)
    w = np.exp(s)
    return w / np.sum(w, axis=2, keepdims=True)
