# A column of ones is penalised like the rest.
# loses: test_fit_offset


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    s = np.hstack([states, np.ones((len(states), 1))])
    found = np.linalg.solve(s.T @ s + penalty * np.eye(s.shape[1]), s.T @ contents)
    matrix, offset = found[:-1], found[-1]
    return matrix, offset
