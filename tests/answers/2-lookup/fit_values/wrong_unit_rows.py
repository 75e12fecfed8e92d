# Brings each state to length 1.
# loses: test_fit_recover, test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    s = s / np.maximum(np.linalg.norm(s, axis=1, keepdims=True), 1e-12)
    c = contents - c_mean
    matrix = np.linalg.inv(s.T @ s + penalty * np.eye(s.shape[1])) @ (s.T @ c)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
