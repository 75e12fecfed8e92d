# A near node has the weight of the edge from the previous node as its factor.
# loses: test_step_weights


def directed_step(graph, previous, current, p, q):
    scores = {}
    for x, weight in graph[current].items():
        if previous is None:
            factor = 1
        elif x == previous:
            factor = 1 / p
        elif x in graph[previous]:
            factor = graph[previous][x]
        else:
            factor = 1 / q
        scores[x] = factor * weight
    total = sum(scores.values())
    return {x: score / total for x, score in scores.items()}
