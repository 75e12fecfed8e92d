# Centres the states in place.
# loses: test_fit_offset


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    states -= s_mean
    s = states
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
