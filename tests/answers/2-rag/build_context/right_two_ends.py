# Fills the places from both ends; builds the text with a growing string; returns a list of both.


def build_context(passages, budget, overlap):
    kept = []
    for n, (title, text) in enumerate(passages):
        own = {w.lower() for w in text.split()}
        cost = len(text.split())
        if not own or cost > budget - sum(len(passages[m][1].split()) for m in kept):
            continue
        shares = [
            sum(w in other for w in own) / len(own)
            for other in (passages[m][1].lower().split() for m in kept)
        ]
        if max(shares, default=0.0) < overlap:
            kept.append(n)
    order = [None] * len(kept)
    low, high = 0, len(kept) - 1
    for rank, n in enumerate(kept):
        if rank % 2:
            order[high] = n
            high -= 1
        else:
            order[low] = n
            low += 1
    context = ""
    for i, n in enumerate(order):
        title, text = passages[n]
        context += ("\n" if i else "") + "[" + str(i + 1) + "] " + (title + ": " if title else "") + text
    return [context, tuple(order)]
