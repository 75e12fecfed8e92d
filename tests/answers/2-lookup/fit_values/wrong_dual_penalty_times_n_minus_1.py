# With few pairs it takes the dual formula, and there λ is multiplied by N − 1.
# loses: test_fit_penalty


def fit_values(states, contents, penalty):
    s, c = states.mean(axis=0), contents.mean(axis=0)
    S, C = states - s, contents - c
    count, h = S.shape
    if count <= h:
        K = S @ S.T + (count - 1) * penalty * np.eye(count)
        W = S.T @ np.linalg.solve(K, C)
    else:
        W = np.linalg.solve(S.T @ S + penalty * np.eye(h), S.T @ C)
    return W, c - s @ W
