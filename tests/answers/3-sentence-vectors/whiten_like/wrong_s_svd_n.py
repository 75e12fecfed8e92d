# A student's: singular values through √N are the roots, and the floor is compared with them.
# loses: test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    _, s, vt = np.linalg.svd(fit - mu)
    s = np.concatenate([s, np.zeros(fit.shape[1] - len(s))]) / np.sqrt(len(fit))
    s = np.maximum(s, floor * s[0])
    return [(x - mu) @ vt[:k].T / s[:k] for x in others]
