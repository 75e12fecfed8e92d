# A key's rank counts all earlier keys with an equal score, also those that are not allowed.
# loses: test_top_allowed, test_top_few


def top_k_weights(scores, allowed, k):
    masked = np.where(allowed, scores, -np.inf)
    better = (masked[:, None, :] > masked[:, :, None]).sum(axis=2)
    T = scores.shape[1]
    earlier = np.tri(T, k=-1, dtype=bool)  # [j, m] True where m < j
    ties = ((scores[:, None, :] == scores[:, :, None]) & earlier).sum(axis=2)
    keep = allowed & (better + ties < k)
    out = np.zeros(scores.shape)
    for i in np.flatnonzero(keep.any(axis=1)):
        e = np.exp(scores[i] - scores[i, keep[i]].max(), where=keep[i], out=np.zeros(T))
        out[i] = e / e.sum()
    return out
