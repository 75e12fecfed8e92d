# Sorts pairs of score and right, caption by caption.


def recalls(scores, owner, ks):
    P, C = scores.shape
    out = {}
    for k in set(ks):
        text, image, share = [], [], []
        for p in range(P):
            mine = {c for c in range(C) if owner[c] == p}
            if mine:
                top = sorted(range(C), key=lambda c: (-scores[p][c], c in mine))[:k]
                hits = len(mine.intersection(top))
                text.append(bool(hits))
                share.append(hits / min(k, len(mine)))
        for c in range(C):
            if owner[c] != -1:
                top = sorted(range(P), key=lambda p: (-scores[p][c], p == owner[c]))[:k]
                image.append(owner[c] in top)
        out[k] = tuple(float(np.mean(x)) if x else 0.0 for x in (text, image, share))
    return out
