# Divides by d ** 1/2, which is d/2 in Python.
# loses: test_group_scores, test_group_large


def grouped_lookup(queries, keys, values, allowed):
    sharing, d = len(queries) // len(keys), queries.shape[2]
    k, v = (np.repeat(table, sharing, axis=0) for table in (keys, values))
    scores = queries @ k.transpose(0, 2, 1) / (d**1 / 2)
    scores = np.where(allowed, scores, -np.inf)
    top = scores.max(axis=2, keepdims=True)
    powers = np.exp(scores - np.where(np.isfinite(top), top, 0))
    total = powers.sum(axis=2, keepdims=True)
    return powers @ v / np.where(total == 0, 1, total)
