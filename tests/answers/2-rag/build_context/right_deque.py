# Regular expressions and dict keys for words, and a deque that is filled from the worst passage to the best.
import re
from collections import deque


def build_context(passages, budget, overlap):
    kept, spent = [], 0
    for position in range(len(passages)):
        text = passages[position][1]
        cost = len(re.findall(r"\S+", text))
        if cost == 0 or spent + cost > budget:
            continue
        mine = dict.fromkeys(re.findall(r"\S+", text.lower()))
        repeated = False
        for earlier in kept:
            theirs = dict.fromkeys(passages[earlier][1].lower().split())
            shared = [w for w in mine if w in theirs]
            repeated = repeated or len(shared) / len(mine) >= overlap
        if not repeated:
            kept.append(position)
            spent += cost
    line = deque()
    for rank in range(len(kept) - 1, -1, -1):
        if rank % 2 == 0:
            line.appendleft(kept[rank])
        else:
            line.append(kept[rank])
    # the deque was filled from the middle outwards
    rows = []
    for number, position in enumerate(line, 1):
        title, text = passages[position]
        rows.append("[" + str(number) + "] " + (title + ": " if len(title) else "") + text)
    return "\n".join(rows), list(line)
