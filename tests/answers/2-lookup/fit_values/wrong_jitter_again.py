# Always adds a little 0.000001 to the diagonal, so that the matrix can be inverted
# loses: test_fit_recover
def fit_values(states, contents, penalty):
    s_mean, c_mean = states.mean(axis=0), contents.mean(axis=0)
    S, C = states - s_mean, contents - c_mean
    A = S.T @ S + (penalty + 1e-6) * np.eye(S.shape[1])
    W = np.linalg.inv(A) @ S.T @ C
    return W, c_mean - s_mean @ W
