# Only the later text is put in lower case; the words of the passages taken keep their capitals.
# loses: test_context_overlap
def build_context(passages, budget, overlap):
    taken = []
    used = 0
    for i, (_, text) in enumerate(passages):
        words = text.split()
        own = set(text.lower().split())
        if len(words) == 0 or used + len(words) > budget:
            continue
        repeat = False
        for j in taken:
            if len(own & set(passages[j][1].split())) / len(own) >= overlap:
                repeat = True
        if not repeat:
            taken.append(i)
            used += len(words)
    order = taken[::2] + list(reversed(taken[1::2]))
    lines = []
    for n, i in enumerate(order):
        title, text = passages[i]
        if title == "":
            lines.append(f"[{n + 1}] {text}")
        else:
            lines.append(f"[{n + 1}] {title}: {text}")
    return "\n".join(lines), order
