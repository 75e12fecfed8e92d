# A dictionary from n - 1 tokens to what followed them.


from collections import defaultdict


def fresh_logits(logits, tokens, real, penalty, n):
    fresh = logits.astype(np.float64).copy()
    for row in range(len(fresh)):
        text = tuple(tokens[row][real[row]].tolist())
        seen = np.unique(text).astype(int)
        values = fresh[row, seen]
        fresh[row, seen] = np.where(values > 0, values / penalty, values * penalty)
        if n == 0 or len(text) < n - 1:
            continue
        followed = defaultdict(set)
        for place in range(n - 1, len(text)):
            followed[text[place - n + 1 : place]].add(text[place])
        for token in followed[text[len(text) - n + 1 :]]:
            fresh[row, token] = -np.inf
    return fresh
