# Pair by pair, with lists.


def caption_loss(pictures, captions, owner, text, log_factor, largest):
    def length(x):
        return math.sqrt(sum(float(v) ** 2 for v in x))

    factor = min(math.exp(log_factor), largest)

    def score(p, c):
        n = length(pictures[p]) * length(captions[c])
        return factor * float(np.dot(pictures[p], captions[c])) / n if n else 0.0

    P, C = len(pictures), len(captions)
    said = {p: {int(text[c]) for c in range(C) if owner[c] == p} for p in range(P)}

    def rivals(p, c):
        return owner[c] == p or int(text[c]) not in said[p]

    first, second = [], []
    for p in range(P):
        z = math.log(sum(math.exp(score(p, c)) for c in range(C) if rivals(p, c)) or 1)
        mine = [z - score(p, c) for c in range(C) if owner[c] == p]
        first += [sum(mine) / len(mine)] if mine else []
    for c in range(C):
        p = int(owner[c])
        if p != -1:
            second.append(
                math.log(sum(math.exp(score(q, c)) for q in range(P) if rivals(q, c))) - score(p, c)
            )
    a, b = (sum(x) / max(1, len(x)) for x in (first, second))
    return a, b, (a + b) / 2
