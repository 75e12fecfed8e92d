# Reads the log from the newest pair to the oldest, and picks the best one by one.
from math import hypot


def _state(log):
    last, births = {}, {}
    for at in range(len(log) - 1, -1, -1):  # from the newest pair to the oldest
        name, vector = log[at]
        if name not in last:
            last[name] = vector
            births[name] = [at, vector is not None]
        elif births[name][1]:
            if vector is None:
                births[name][1] = False  # older pairs do not matter
            else:
                births[name][0] = at
    alive = [(births[name][0], name, vector) for name, vector in last.items() if vector is not None]
    return [(name, vector) for _, name, vector in sorted(alive, key=lambda t: t[0])]


def search_entries(log, queries, k, excluded):
    entries = _state(log)
    answer = []
    for number in range(len(queries)):
        query = queries[number]
        size = hypot(*query)
        rest = []
        for name, vector in entries:
            if any(name == other for other in excluded[number]):
                continue
            other = hypot(*vector)
            dot = sum(x * y for x, y in zip(query, vector))
            rest.append((name, dot / (size * other) if size and other else 0.0))
        row = []
        while rest and len(row) < k:
            top = max(score for _, score in rest)
            at = next(n for n, (_, score) in enumerate(rest) if score == top)
            row.append(rest.pop(at))
        answer.append(row)
    return answer
