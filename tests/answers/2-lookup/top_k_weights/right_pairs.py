# Right: compares every pair of keys, counts how many beat each key, and needs no sorting
def top_k_weights(scores, allowed, k):
    n, T = scores.shape
    place = np.arange(T)
    mine, other = scores[:, :, None], scores[:, None, :]
    beats = (other > mine) | ((other == mine) & (place[None, :] < place[:, None]))
    rank = (beats & allowed[:, None, :]).sum(axis=2)
    keep = allowed & (rank < k)
    result = np.zeros((n, T))
    rows, columns = np.nonzero(keep)
    for i, j in zip(rows, columns):
        with np.errstate(over="ignore"):
            result[i, j] = 1 / np.exp(scores[i, keep[i]] - scores[i, j]).sum()
    return result
