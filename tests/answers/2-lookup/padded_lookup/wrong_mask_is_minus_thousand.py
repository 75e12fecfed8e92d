# Padding gets the score -1000 ("low enough").
# loses: test_soft_pad


def padded_lookup(queries, keys, values, lengths, temperature):
    out, all_weights = [], []
    for q, k, v, size in zip(queries, keys, values, lengths):
        s = q @ k.T / (np.sqrt(k.shape[1]) * temperature)
        s[:, size:] = -1000
        w = np.exp(s - s.max(axis=1, keepdims=True))
        w /= w.sum(axis=1, keepdims=True)
        if size == 0:
            w[:] = 0
        out.append(w @ v)
        all_weights.append(w)
    return np.array(out), np.array(all_weights)
