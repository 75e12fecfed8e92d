# The new token is put in front of the W − 1 others with a sum that fails for W = 1.
# loses: test_ring_full, test_ring_order, test_ring_ways


def ring_step(cache, query, key, value, slope):
    keys, values, p = cache[0].copy(), cache[1].copy(), cache[2]
    W = len(keys)
    keys[p % W], values[p % W] = key, value
    old = [j % W for j in range(max(0, p - W + 1), p)]
    s = keys @ query / np.sqrt(keys.shape[1])
    s_old = s[old] - slope * np.arange(len(old), 0, -1)
    top = max(s[p % W], s_old.max()) if p > 0 else s[p % W]
    e_old, e_new = np.exp(s_old - top), np.exp(s[p % W] - top)
    answer = (e_old @ values[old] + e_new * value) / (e_old.sum() + e_new)
    return answer, (keys, values, p + 1)
