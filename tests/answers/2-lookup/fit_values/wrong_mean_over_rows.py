# Subtracts the mean of each row.
# loses: test_fit_recover, test_fit_penalty, test_fit_offset


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - states.mean(axis=1, keepdims=True)
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
