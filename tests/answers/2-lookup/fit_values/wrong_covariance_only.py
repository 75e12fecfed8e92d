# Leaves the inverse out.
# loses: test_fit_recover, test_fit_penalty


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s = states - s_mean
    c = contents - c_mean
    matrix = s.T @ c / (len(s) + penalty)
    offset = c_mean - s_mean @ matrix
    return matrix, offset
