# A pseudo-inverse with a coarse limit drops directions in which the states differ little.
# loses: test_fit_recover


def fit_values(states, contents, penalty):
    s_mean = states.mean(axis=0)
    c_mean = contents.mean(axis=0)
    s, c = states - s_mean, contents - c_mean
    W = np.linalg.pinv(s.T @ s + penalty * np.identity(s.shape[1]), rcond=0.001) @ (s.T @ c)
    return W, c_mean - s_mean @ W
