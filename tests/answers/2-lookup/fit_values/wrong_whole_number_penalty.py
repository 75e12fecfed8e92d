# The diagonal is filled into a table of whole numbers: a penalty of 0.5 becomes 0, and 2.7 becomes 2.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    h = states.shape[1]
    ridge = np.zeros((h, h), dtype=int)
    np.fill_diagonal(ridge, penalty)
    s, c = states.mean(axis=0), contents.mean(axis=0)
    S, C = states - s, contents - c
    W = np.linalg.pinv(S.T @ S + ridge) @ S.T @ C
    return W, c - s @ W
