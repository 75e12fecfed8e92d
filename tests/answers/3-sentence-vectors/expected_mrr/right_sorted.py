# Sorts the keys, and works with the levels of the scores.


def expected_mrr(scores, right, allowed, k):
    def of(own, wanted):
        before = 0
        for level in np.unique(own)[::-1]:
            here = own == level
            hits, size = int(wanted[here].sum()), int(here.sum())
            if hits:
                ranks = np.arange(before + 1, before + size + 1)
                # P(the first right one is later than place j)
                later = [math.comb(size - j, hits) / math.comb(size, hits) for j in range(size + 1)]
                chances = -np.diff(later)
                return float((chances * np.where(ranks <= k, 1 / ranks, 0)).sum())
            before += size
        return None

    all_of = [of(s[m], r[m]) for s, r, m in zip(scores, right, allowed)]
    return float(np.mean([x for x in all_of if x is not None]))
