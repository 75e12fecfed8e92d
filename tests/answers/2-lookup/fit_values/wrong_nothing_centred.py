# Neither table is centred, and there is no offset.
# loses: test_fit_recover, test_fit_offset


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states
    c = contents
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = np.zeros(contents.shape[1])
    return matrix, offset
