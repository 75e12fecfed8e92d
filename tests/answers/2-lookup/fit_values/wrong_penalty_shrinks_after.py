# Divides the least-squares matrix by 1 + λ.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = np.linalg.pinv(s.T @ s) / (1 + penalty) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
