# Right: reads the keys one by one with a running maximum and a running sum, and no mask at all
def padded_lookup(queries, keys, values, lengths, temperature):
    B, n, d = queries.shape
    T, e = keys.shape[1], values.shape[2]
    answers, weights = np.zeros((B, n, e)), np.zeros((B, n, T))
    for b in range(B):
        for i in range(n):
            largest, total, mixed, seen = -np.inf, 0.0, np.zeros(e), []
            for j in range(int(lengths[b])):
                s = float(np.dot(queries[b, i], keys[b, j])) / (d**0.5 * temperature)
                new = max(largest, s)
                shrink, part = float(np.exp(largest - new)), float(np.exp(s - new))
                total = total * shrink + part
                mixed = mixed * shrink + part * values[b, j]
                largest = new
                seen.append(s)
            if seen:
                answers[b, i] = mixed / total
                for j, s in enumerate(seen):
                    weights[b, i, j] = np.exp(s - largest) / total
    return answers, weights
