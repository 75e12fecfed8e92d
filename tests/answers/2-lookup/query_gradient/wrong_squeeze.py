# Squeezes the result, so the matrix is no matrix any more when d or e is 1
# loses: test_grad_covariance
def query_gradient(query, keys, values, temperature):
    root = np.sqrt(keys.shape[1])
    s = (keys @ query[:, None]).squeeze(1) / root / temperature
    w = np.exp(s - np.max(s))
    w = (w / w.sum())[:, None]
    mean = (w * keys).sum(axis=0)
    terms = w[:, :, None] * values[:, :, None] * (keys - mean)[:, None, :]
    return np.squeeze(terms.sum(axis=0) / (root * temperature))
