# A student's: the floor is a share of the mean of the eigenvalues that are kept.
# loses: test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    lam, u = np.linalg.eigh(np.cov(fit.T, bias=True).reshape(fit.shape[1], -1))
    lam, u = lam[::-1][:k], u[:, ::-1][:, :k]
    lam = np.maximum(lam, floor * lam.mean())
    return [(x - mu) @ u / np.sqrt(lam) for x in others]
