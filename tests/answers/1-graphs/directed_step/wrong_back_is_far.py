# The way back is taken for one more far node: nobody is a neighbour of oneself.
# loses: test_step_return


def directed_step(graph, previous, current, p, q):
    scores = {}
    for x, weight in graph[current].items():
        if previous is None:
            factor = 1
        elif x in graph[previous]:
            factor = 1
        else:
            factor = 1 / q
        scores[x] = factor * weight
    total = sum(scores.values())
    return {x: score / total for x, score in scores.items()}
