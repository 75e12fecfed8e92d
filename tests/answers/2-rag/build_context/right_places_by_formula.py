# A fold, an inverted index from words to passages for the overlap, places by a formula.
from collections import defaultdict
from functools import reduce


def build_context(passages, budget, overlap):
    holders = defaultdict(set)

    def decide(state, i):
        taken, left = state
        words = passages[i][1].split()
        own = {word.lower() for word in words}
        if not own:
            return state
        votes = Counter(j for word in own for j in holders.get(word, ()))
        if votes and max(votes.values()) / len(own) >= overlap:
            return state
        if len(words) > left:
            return state
        for word in own:
            holders[word].add(i)
        return (*taken, i), left - len(words)

    taken, _ = reduce(decide, range(len(passages)), ((), budget))
    n = len(taken)
    places = [n - 1 - rank // 2 if rank % 2 else rank // 2 for rank in range(n)]
    sources = [taken[places.index(place)] for place in range(n)]
    text = ""
    for number, i in enumerate(sources, 1):
        title, body = passages[i]
        text += ("\n" if number > 1 else "") + f"[{number}] " + (f"{title}: " if title != "" else "") + body
    return text, sources
