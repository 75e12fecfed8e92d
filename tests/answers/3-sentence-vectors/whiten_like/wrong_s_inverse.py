# A student's: multiplies with the inverse square root of the whole covariance, computed by an inverse.
# loses: test_white_others, test_white_top, test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    cov = (fit - mu).T @ (fit - mu) / len(fit)
    lam, u = np.linalg.eigh(cov)
    lam = np.maximum(lam, floor * lam.max())
    root = u @ np.diag(lam**-0.5) @ u.T
    return [((x - mu) @ root)[:, ::-1][:, :k] for x in others]
