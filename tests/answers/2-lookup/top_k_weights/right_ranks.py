# No sorting: a key takes part when fewer than k allowed keys are better, or equal and earlier.


def top_k_weights(scores, allowed, k):
    scores, allowed = np.asarray(scores, dtype=float), np.asarray(allowed, dtype=bool)
    own, other = scores[:, :, None], scores[:, None, :]
    place = np.arange(scores.shape[1])
    beats = (other > own) | ((other == own) & (place[None, :] < place[:, None]))
    keep = allowed & ((beats & allowed[:, None, :]).sum(axis=2) < k)
    with np.errstate(over="ignore"):
        odds = np.where(keep[:, None, :], np.exp(other - own), 0.0).sum(axis=2)  # sum of exp(other - own)
    return np.divide(1.0, odds, out=np.zeros(scores.shape), where=keep)
