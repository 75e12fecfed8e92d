# A student's: np.cov as it comes, divided by N − 1, and the cut to k at the end.
# loses: test_white_unit


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    cov = np.cov(fit.T)
    lam, u = np.linalg.eigh(cov)
    idx = np.argsort(-lam)
    lam, u = lam[idx], u[:, idx]
    lam = np.maximum(lam, floor * lam[0])
    return [((x - mu) @ u / np.sqrt(lam))[:, :k] for x in others]
