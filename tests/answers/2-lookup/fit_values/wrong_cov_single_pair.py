# Takes the sums from np.cov times N - 1, which is NaN when there is only one pair
# loses: test_fit_penalty
def fit_values(states, contents, penalty):
    N, h = states.shape
    cov = np.cov(np.hstack([states, contents]), rowvar=False) * (N - 1)
    W = np.linalg.solve(cov[:h, :h] + penalty * np.eye(h), cov[:h, h:])
    b = contents.mean(axis=0) - states.mean(axis=0) @ W
    return W, b
