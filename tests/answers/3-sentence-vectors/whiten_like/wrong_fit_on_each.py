# Fitted on each of the others in turn.
# loses: test_white_others, test_white_top, test_white_floor, test_white_few, test_white_both


def whiten_like(fit, others, k, floor):
    result = []
    for rows in others:
        mean = rows.mean(axis=0)
        values, vectors = np.linalg.eigh((rows - mean).T @ (rows - mean) / len(rows))
        values, vectors = values[::-1][:k], vectors[:, ::-1][:, :k]
        result.append((rows - mean) @ vectors / np.sqrt(np.maximum(values, floor * values[0])))
    return result
