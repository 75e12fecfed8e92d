# A second passage with the same title is left out.
# loses: test_context_form, test_context_budget, test_context_overlap, test_context_both


def build_context(passages, budget, overlap):
    taken = []
    used = 0
    for place, (title, text) in enumerate(passages):
        words = text.split()
        if not words:
            continue
        own = set(text.lower().split())
        repeats = False
        for other in taken:
            theirs = set(passages[other][1].lower().split())
            if len(own & theirs) / len(own) >= overlap:
                repeats = True
        if repeats or title in [passages[other][0] for other in taken]:
            continue
        if used + len(words) > budget:
            continue
        used += len(words)
        taken.append(place)
    front, back = [], []
    for rank, place in enumerate(taken):
        if rank % 2 == 0:
            front.append(place)
        else:
            back.insert(0, place)
    order = front + back
    lines = []
    for number, place in enumerate(order, start=1):
        title, text = passages[place]
        if title == "":
            lines.append(f"[{number}] {text}")
        else:
            lines.append(f"[{number}] {title}: {text}")
    return "\n".join(lines), order
