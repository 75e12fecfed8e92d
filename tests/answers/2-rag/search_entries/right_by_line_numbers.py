# No store: birth and last line of each id come from line numbers, and heapq selects.
import heapq
import math


def search_entries(log, queries, k, excluded):
    lines = {}
    for number, (name, _) in enumerate(log):
        lines.setdefault(name, []).append(number)
    born = {}
    for name, numbers in lines.items():
        if log[numbers[-1]][1] is None:
            continue
        first = numbers[-1]
        for number in reversed(numbers):
            if log[number][1] is None:
                break
            first = number
        born[first] = (name, log[numbers[-1]][1])

    def score(q, v):
        if not any(q) or not any(v):
            return 0.0
        dot = math.fsum(float(x) * float(y) for x, y in zip(q, v))
        return dot / (math.sqrt(math.fsum(x * x for x in q)) * math.sqrt(math.fsum(x * x for x in v)))

    def one(q, out):
        rows = ((-score(q, v), place, name) for place, (name, v) in born.items() if name not in out)
        best = heapq.nsmallest(k, rows, key=lambda row: (row[0], row[1]))
        return [(name, 0.0 - minus) for minus, _, name in best]

    return [one(q, list(out)) for q, out in zip(queries, excluded)]
