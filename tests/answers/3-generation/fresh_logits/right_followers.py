# A dictionary from each n − 1 tokens to what followed; the ban first, then the penalty, which changes no −∞.


def fresh_logits(logits, tokens, real, penalty, n):
    answer = logits.copy()
    for out, row, mask in zip(answer, tokens.tolist(), real.tolist()):
        text = tuple(t for t, m in zip(row, mask) if m)
        followers = {}
        if n:
            for i in range(n - 1, len(text)):
                followers.setdefault(text[i - n + 1 : i], set()).add(text[i])
            key = text[len(text) - (n - 1) :] if len(text) >= n else None
            for t in followers.get(key, ()):
                out[t] = -math.inf
        for t in set(text):
            out[t] = out[t] / penalty if out[t] > 0 else out[t] * penalty
    return answer
