# Uses squeeze() on the scores, which also removes an axis that happens to have the length 1
# loses: test_soft_pad, test_soft_values
def padded_lookup(queries, keys, values, lengths, temperature):
    d = keys.shape[2]
    T = keys.shape[1]
    scores = (queries[:, :, None, None, :] @ keys[:, None, :, :, None]).squeeze()
    scores = scores / (np.sqrt(d) * temperature)
    mask = np.arange(T) < np.array(lengths)[:, None, None]
    scores = np.where(mask, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = np.nan_to_num(weights / weights.sum(axis=-1, keepdims=True))
    return weights @ values, weights
