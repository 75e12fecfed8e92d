# An empty store gets one key and values of zeros, in the caller's own list and table.
# loses: test_soft_values


def padded_lookup(queries, keys, values, lengths, temperature):
    empty = []
    for b in range(len(lengths)):
        if lengths[b] == 0:
            empty.append(b)
            lengths[b] = 1
            values[b] = 0
    scores = queries @ keys.transpose(0, 2, 1) / (np.sqrt(keys.shape[-1]) * temperature)
    for b, size in enumerate(lengths):
        scores[b, :, size:] = -np.inf
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    weights[empty] = 0
    return weights @ values, weights
