# The words of the title are compared, too.
# loses: test_context_overlap, test_context_both
def build_context(passages, budget, overlap):
    taken, sets, left = [], [], budget
    for number, (title, text) in enumerate(passages):
        words = text.split()
        if not words:
            continue
        own = set((title + " " + text).lower().split())
        if any(len(own & other) / len(own) >= overlap for other in sets):
            continue
        if len(words) > left:
            continue
        left -= len(words)
        taken.append(number)
        sets.append(own)
    sources = taken[0::2] + taken[1::2][::-1]
    lines = []
    for n, source in enumerate(sources, start=1):
        title, text = passages[source]
        lines.append(f"[{n}] {title}: {text}" if title != "" else f"[{n}] {text}")
    return "\n".join(lines), sources
