# The states are divided by their deviation, and the matrix is scaled back: another penalty.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    deviation = states.std(axis=0) + 1e-12
    s = (states - s_mean) / deviation
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c) / deviation[:, None]
    offset = c_mean - s_mean @ matrix
    return matrix, offset
