# A passage that does not fit is paid for all the same.
# loses: test_context_budget, test_context_both


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
        if repeats:
            continue
        used += len(words)
        if used > budget:
            continue
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
