# Asks for the edge from the next node to the previous one.
# loses: test_step_directed


def directed_step(graph, previous, current, p, q):
    scores = {}
    for x, weight in graph[current].items():
        if previous is None:
            factor = 1
        elif x == previous:
            factor = 1 / p
        elif previous in graph[x]:
            factor = 1
        else:
            factor = 1 / q
        scores[x] = factor * weight
    total = sum(scores.values())
    return {x: score / total for x, score in scores.items()}
