# Neither table is centred, and the offset comes from the means.
# loses: test_fit_recover


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states
    c = contents
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
