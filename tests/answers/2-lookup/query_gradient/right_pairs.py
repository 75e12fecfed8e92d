# Right: adds up over all pairs of keys w_i w_j (v_i - v_j)(k_i - k_j), without any mean
def query_gradient(query, keys, values, temperature):
    T, d = keys.shape
    scale = d**0.5 * temperature
    s = [float(np.dot(key, query)) / scale for key in keys]
    with np.errstate(over="ignore"):
        w = [1 / sum(np.exp(other - one) for other in s) for one in s]
    total = np.zeros((values.shape[1], d))
    for i in range(T):
        for j in range(i):
            total += w[i] * w[j] * np.outer(values[i] - values[j], keys[i] - keys[j])
    return total / scale
