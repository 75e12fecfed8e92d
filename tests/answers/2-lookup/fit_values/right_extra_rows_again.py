# Right: ordinary least squares with extra rows of sqrt(penalty) and a free column of ones
def fit_values(states, contents, penalty):
    N, h = states.shape
    c = contents.shape[1]
    middle = states.mean(axis=0)  # keeps the numbers small; the offset is moved back below
    top = np.hstack([states - middle, np.ones((N, 1))])
    below = np.hstack([np.sqrt(penalty) * np.eye(h), np.zeros((h, 1))])
    size = np.linalg.norm(np.vstack([top, below]), axis=0)
    size[size == 0] = 1
    table = np.vstack([top, below]) / size
    goal = np.vstack([contents, np.zeros((h, c))])
    both = np.linalg.lstsq(table, goal, rcond=None)[0] / size[:, None]
    return both[:h], both[h] - middle @ both[:h]
