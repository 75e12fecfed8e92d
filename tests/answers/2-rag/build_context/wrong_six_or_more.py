# Odd ranks come before the even ones in the middle, and the even ones are not turned round.
# loses: test_context_order
def build_context(passages, budget, overlap):
    taken, sets = [], []
    for i, (_, text) in enumerate(passages):
        words = text.split()
        if not words:
            continue
        own = {w.lower() for w in words}
        if any(len(own & other) / len(own) >= overlap for other in sets):
            continue
        if len(words) > budget:
            continue
        budget -= len(words)
        taken.append(i)
        sets.append(own)
    order = taken[:1] + taken[2::2] + taken[3::2] + taken[1:2]
    lines = []
    for n, i in enumerate(order, 1):
        title, text = passages[i]
        lines.append(f"[{n}] {title}: {text}" if title else f"[{n}] {text}")
    return "\n".join(lines), order
