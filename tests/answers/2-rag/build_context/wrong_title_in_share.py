# The words of the title are counted in the overlap as well, not those of the text alone.
# loses: test_context_overlap, test_context_both
def build_context(passages, budget, overlap):
    taken = []
    words_of = {}
    for i, (title, text) in enumerate(passages):
        cost = len(text.split())
        if cost == 0:
            continue
        own = set((title + " " + text).lower().split())
        if any(len(own & words_of[j]) / len(own) >= overlap for j in taken):
            continue
        if cost > budget:
            continue
        budget = budget - cost
        taken.append(i)
        words_of[i] = own
    order = taken[::2] + taken[1::2][::-1]
    lines = [
        f"[{n}] {passages[i][0]}: {passages[i][1]}" if passages[i][0] else f"[{n}] {passages[i][1]}"
        for n, i in enumerate(order, 1)
    ]
    return "\n".join(lines), order
