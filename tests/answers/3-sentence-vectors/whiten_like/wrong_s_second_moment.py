# A student's: E[xxᵀ] less the squared means on the diagonal only.
# loses: test_white_unit, test_white_others, test_white_top, test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    cov = (fit.T @ fit) / len(fit) - np.diag(mu**2)
    lam, u = np.linalg.eigh(cov)
    lam, u = lam[::-1][:k], u[:, ::-1][:, :k]
    return [(x - mu) @ u / np.sqrt(np.maximum(lam, floor * lam[0])) for x in others]
