# The running highest similarity starts at -1, as if it were a cosine; the text says also below -1.
# loses: test_diverse_balance
def choose_diverse(relevance, similarity, k, pool, lam, same):
    n = len(relevance)
    left = sorted(range(n), key=lambda d: -relevance[d])[:pool]
    chosen = [left.pop(0)]
    while len(chosen) < k:
        best = None
        for d in left:
            highest = -1.0
            repeat = False
            for c in chosen:
                if similarity[d, c] >= same:
                    repeat = True
                if similarity[d, c] > highest:
                    highest = similarity[d, c]
            if repeat:
                continue
            m = lam * relevance[d] - (1 - lam) * highest
            if best is None or m > best[0]:
                best = (m, d)
        if best is None:
            break
        chosen.append(best[1])
        left.remove(best[1])
    return [int(d) for d in chosen]
