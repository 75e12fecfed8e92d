# The share counts repeated words of the later text, not its different words.
# loses: test_context_overlap
def build_context(passages, budget, overlap):
    taken, earlier = [], []
    for i, (_, text) in enumerate(passages):
        words = text.lower().split()
        if not words:
            continue
        if any(sum(w in old for w in words) / len(words) >= overlap for old in earlier):
            continue
        if len(words) <= budget:
            budget -= len(words)
            taken.append(i)
            earlier.append(set(words))
    order = taken[0::2] + taken[1::2][::-1]
    lines = []
    for n, i in enumerate(order, 1):
        title, text = passages[i]
        lines.append(f"[{n}] " + (title + ": " if title != "" else "") + text)
    return "\n".join(lines), order
