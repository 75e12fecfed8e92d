# Fits the states from the contents.
# loses: test_fit_recover, test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = (np.linalg.inv(c.T @ c + penalty * np.eye(c.shape[1]) + 1e-9 * np.eye(c.shape[1])) @ (c.T @ s)).T
    offset = c_mean - s_mean @ matrix
    return matrix, offset
