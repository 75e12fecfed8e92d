# The penalty shrinks the contents.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = (contents - c_mean) / (1 + penalty)
    matrix = np.linalg.inv(s.T @ s + 0 * penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
