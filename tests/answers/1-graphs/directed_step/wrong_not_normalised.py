# The scores are not divided by their sum.
# loses: test_step_sums


def directed_step(graph, previous, current, p, q):
    scores = {}
    for x, weight in graph[current].items():
        if previous is None:
            factor = 1
        elif x == previous:
            factor = 1 / p
        elif x in graph[previous]:
            factor = 1
        else:
            factor = 1 / q
        scores[x] = factor * weight
    total = sum(scores.values())
    return scores
