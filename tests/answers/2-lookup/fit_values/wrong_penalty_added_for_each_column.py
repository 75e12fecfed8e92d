# λ is added to the same table again for each column of the contents.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s, c = states.mean(axis=0), contents.mean(axis=0)
    table = (states - s).T @ (states - s)
    W = np.zeros((states.shape[1], contents.shape[1]))
    for column in range(contents.shape[1]):
        table += penalty * np.eye(len(table))
        W[:, column] = np.linalg.solve(table, (states - s).T @ (contents[:, column] - c[column]))
    return W, c - s @ W
