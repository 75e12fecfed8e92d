# Without a penalty the caller's own arrays are centred.
# loses: test_fit_offset


def fit_values(states, contents, penalty):
    s, c = states.mean(axis=0), contents.mean(axis=0)
    if penalty == 0:
        states -= s
        contents -= c
        W = np.linalg.lstsq(states, contents, rcond=None)[0]
    else:
        S, C = states - s, contents - c
        W = np.linalg.solve(S.T @ S + penalty * np.eye(S.shape[1]), S.T @ C)
    return W, c - s @ W
