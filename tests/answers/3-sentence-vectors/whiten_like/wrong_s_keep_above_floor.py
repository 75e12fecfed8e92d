# A student's: eigenvalues below the floor are raised to the smallest one above it.
# loses: test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    mu = fit.mean(0)
    lam, u = np.linalg.eigh((fit - mu).T @ (fit - mu) / len(fit))
    lam, u = lam[::-1][:k], u[:, ::-1][:, :k]
    least = lam[lam >= floor * lam[0]].min()
    lam = np.maximum(lam, least)
    return [(x - mu) @ u / np.sqrt(lam) for x in others]
