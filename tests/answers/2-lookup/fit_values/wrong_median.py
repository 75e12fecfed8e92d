# Subtracts the median.
# loses: test_fit_recover, test_fit_penalty, test_fit_offset


def fit_values(states, contents, penalty):
    s_mean = np.median(states, axis=0)
    c_mean = np.median(contents, axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
