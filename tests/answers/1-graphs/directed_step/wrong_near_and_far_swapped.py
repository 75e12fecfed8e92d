# Near nodes have the factor 1/q, far ones have 1.
# loses: test_step_return, test_step_far, test_step_directed


def directed_step(graph, previous, current, p, q):
    scores = {}
    for x, weight in graph[current].items():
        if previous is None:
            factor = 1
        elif x == previous:
            factor = 1 / p
        elif x in graph[previous]:
            factor = 1 / q
        else:
            factor = 1
        scores[x] = factor * weight
    total = sum(scores.values())
    return {x: score / total for x, score in scores.items()}
