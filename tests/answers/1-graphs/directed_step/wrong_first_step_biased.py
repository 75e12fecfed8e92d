# In the first step every node counts as far, and the dict of None is looked up.
# loses: test_step_first


def directed_step(graph, previous, current, p, q):
    scores = {}
    for x, weight in graph[current].items():
        if previous == current:
            factor = 1
        elif x == previous:
            factor = 1 / p
        elif x in graph[previous]:
            factor = 1
        else:
            factor = 1 / q
        scores[x] = factor * weight
    total = sum(scores.values())
    return {x: score / total for x, score in scores.items()}
