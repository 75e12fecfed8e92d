# Divides each column by its spread and undoes it later, and forgets that a spread may be 0
# loses: test_fit_penalty
def fit_values(states, contents, penalty):
    mean, spread = states.mean(axis=0), states.std(axis=0)
    Z = (states - mean) / spread
    C = contents - contents.mean(axis=0)
    # W = U / spread, so the penalty on W is penalty / spread^2 on U
    U = np.linalg.solve(Z.T @ Z + np.diag(penalty / spread**2), Z.T @ C)
    W = U / spread[:, None]
    return W, contents.mean(axis=0) - mean @ W
