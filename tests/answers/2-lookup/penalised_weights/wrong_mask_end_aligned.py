# With old tokens it takes the new queries for the last n keys, so the causal mask starts at T - n
# loses: test_near_first
def penalised_weights(scores, slopes, first, temperature, causal):
    H, n, T = scores.shape
    positions = first + np.arange(n)
    distance = np.abs(positions[:, None] - np.arange(T)[None, :])
    s = np.stack([scores[h] - slopes[h] * distance for h in range(H)]) / temperature
    if causal:
        seen = np.tril(np.ones((n, T), dtype=bool), k=T - n if first > 0 else 0)
        s = np.where(seen, s, -np.inf)
    e = np.exp(s - s.max(axis=2, keepdims=True))
    return e / e.sum(axis=2, keepdims=True)
