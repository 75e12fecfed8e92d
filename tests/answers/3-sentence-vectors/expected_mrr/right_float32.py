# In single precision; the chances that no right key came up to a place are a product.


def expected_mrr(scores, right, allowed, k):
    scores = np.where(allowed, scores, np.nan).astype(np.float32)
    found = []
    for own, wanted in zip(scores, right & allowed):
        if not wanted.any():
            continue
        best = own[wanted].max()
        above, tied = np.count_nonzero(own > best), np.count_nonzero(own == best)
        missed = tied - np.count_nonzero(own[wanted] == best)  # wrong ones in the tie
        places = np.arange(1, missed + 2)
        later = np.cumprod(np.append(1.0, (missed - places[:-1] + 1) / (tied - places[:-1] + 1)))
        chances = later - np.append(later[1:], 0)
        ranks = above + places
        found.append(np.sum(chances[ranks <= k] / ranks[ranks <= k]))
    return np.mean(found)
