# Multiplies every factor by p · q, which the normalisation takes out again.


def directed_step(graph, previous, current, p, q):
    def factor(x):
        if previous is None:
            return 1
        if x == previous:
            return q
        return p * q if graph[previous].get(x) else p

    raw = [(x, factor(x) * w) for x, w in graph[current].items()]
    total = sum(value for _, value in raw)
    return {x: value / total for x, value in raw}
