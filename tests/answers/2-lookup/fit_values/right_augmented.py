# Least squares with rows added for the penalty; a column of ones carries the offset.


def fit_values(states, contents, penalty):
    n, h = states.shape
    rows = np.hstack([states, np.ones((n, 1))])
    extra = np.hstack([np.sqrt(penalty) * np.eye(h), np.zeros((h, 1))])
    target = np.vstack([contents, np.zeros((h, contents.shape[1]))])
    found = np.linalg.lstsq(np.vstack([rows, extra]), target, rcond=None)[0]
    return found[:-1], found[-1]
