# Sorts the next nodes into three sets first; the order of the result differs.


def directed_step(graph, previous, current, p, q):
    edges = graph[current]
    following = set(edges)
    back = following & {previous}
    near = following if previous is None else following & set(graph[previous])
    factor = dict.fromkeys(following, 1 / q) | dict.fromkeys(near, 1.0) | dict.fromkeys(back, 1 / p)
    total = sum(factor[x] * edges[x] for x in following)
    return {x: factor[x] * edges[x] / total for x in sorted(following)}
