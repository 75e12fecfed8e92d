# Every store is matched with the keys of the first one (a slip in the index).
# loses: test_soft_weights, test_soft_tau, test_soft_pad, test_soft_empty, test_soft_large


def padded_lookup(queries, keys, values, lengths, temperature):
    B, n, d = queries.shape
    T = keys.shape[1]
    weights = np.zeros((B, n, T))
    for b in range(B):
        L = lengths[b]
        for i in range(n):
            if L > 0:
                s = keys[0][:L] @ queries[b][i] / (np.sqrt(d) * temperature)
                e = np.exp(s - s.max())
                weights[b, i, :L] = e / e.sum()
    return np.einsum("bnt,bte->bne", weights, values), weights
