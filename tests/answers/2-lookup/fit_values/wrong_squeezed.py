# W and b are squeezed: for contents of one number W is (h,), and b is a single number.
# loses: test_fit_recover


def fit_values(states, contents, penalty):
    s, c = states.mean(axis=0, keepdims=True), contents.mean(axis=0, keepdims=True)
    S, C = states - s, contents - c
    W = np.linalg.solve(S.T @ S + penalty * np.eye(S.shape[1]), S.T @ C)
    b = c - s @ W
    return W.squeeze(), b.squeeze()
