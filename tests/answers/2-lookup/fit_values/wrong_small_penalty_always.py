# 0.00001 is always added to the diagonal, so small states are fitted wrongly.
# loses: test_fit_recover


def fit_values(states, contents, penalty):
    s, c = np.mean(states, axis=0), np.mean(contents, axis=0)
    S, C = states - s, contents - c
    W = np.linalg.solve(S.T @ S + (penalty + 1e-5) * np.eye(S.shape[1]), S.T @ C)
    return W, c - s @ W
