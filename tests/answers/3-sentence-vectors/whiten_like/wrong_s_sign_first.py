# A student's: the sign of each direction is set so that the first vector of each array is positive.
# loses: test_white_others, test_white_both


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    lam, u = np.linalg.eigh((fit - mu).T @ (fit - mu) / len(fit))
    lam, u = lam[::-1], u[:, ::-1]
    w = u / np.sqrt(np.maximum(lam, floor * lam[0]))
    out = []
    for x in others:
        y = (x - mu) @ w[:, :k]
        if len(y):
            y = y * np.where(y[0] < 0, -1, 1)
        out.append(y)
    return out
