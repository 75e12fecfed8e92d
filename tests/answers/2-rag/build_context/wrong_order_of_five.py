# The order 1, 3, 5, 4, 2 of the example is written down, and what comes after the fifth stands behind.
# loses: test_context_order
def build_context(passages, budget, overlap):
    taken, sets, left = [], [], budget
    for number, (title, text) in enumerate(passages):
        words = text.split()
        if not words:
            continue
        own = set(text.lower().split())
        if any(len(own & other) / len(own) >= overlap for other in sets):
            continue
        if len(words) > left:
            continue
        left -= len(words)
        taken.append(number)
        sets.append(own)
    sources = [taken[i] for i in (0, 2, 4, 3, 1) if i < len(taken)] + taken[5:]
    lines = []
    for n, source in enumerate(sources, start=1):
        title, text = passages[source]
        lines.append(f"[{n}] {title}: {text}" if title != "" else f"[{n}] {text}")
    return "\n".join(lines), sources
