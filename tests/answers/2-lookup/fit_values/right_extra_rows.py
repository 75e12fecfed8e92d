# Nothing is centred: least squares with a column of ones and extra rows for the penalty.


def fit_values(states, contents, penalty):
    count, h = states.shape
    table = np.zeros((count + h, h + 1))
    table[:count, :h], table[:count, h] = states, 1
    table[count:, :h] = np.sqrt(penalty) * np.eye(h)
    wanted = np.concatenate([contents, np.zeros((h, contents.shape[1]))])
    found = np.linalg.lstsq(table, wanted, rcond=None)[0]
    return found[:h], found[h]
