# Takes the first column for the offset's and does not penalise it.
# loses: test_fit_penalty, test_fit_offset


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty * np.diag((np.arange(s.shape[1]) > 0) + 1e-9)) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
