# Writes the text as its words joined by single spaces; the text should stay as it is.
# loses: test_context_form
def build_context(passages, budget, overlap):
    taken = []
    for i, (title, text) in enumerate(passages):
        words = text.split()
        own = {w.lower() for w in words}
        if not words or len(words) > budget:
            continue
        if any(len(own & t[3]) / len(own) >= overlap for t in taken):
            continue
        budget -= len(words)
        taken.append((i, title, words, own))
    front, back = taken[::2], taken[1::2]
    lines, sources = [], []
    for n, (i, title, words, _) in enumerate(front + back[::-1], 1):
        start = f"[{n}] {title}: " if title else f"[{n}] "
        lines.append(start + " ".join(words))
        sources.append(i)
    return "\n".join(lines), sources
