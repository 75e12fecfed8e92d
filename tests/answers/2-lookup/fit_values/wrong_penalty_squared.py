# The penalty is squared.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty**2 * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
