# Divides both products by N − 1 and keeps the penalty.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s / (len(s) - 1) + penalty * np.eye(s.shape[1])) @ (s.T @ c) / (len(s) - 1)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
