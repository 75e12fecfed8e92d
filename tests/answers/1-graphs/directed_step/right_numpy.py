# Factors and weights as arrays.

import numpy as np


def directed_step(graph, previous, current, p, q):
    nodes = list(graph[current])
    weights = np.array([graph[current][x] for x in nodes], dtype=np.float32)
    factors = np.ones(len(nodes), dtype=np.float32)
    if previous is not None:
        near = np.array([x in graph[previous] for x in nodes], dtype=bool)
        back = np.array([x == previous for x in nodes], dtype=bool)
        factors = np.select([back, near], [1 / p, 1.0], default=1 / q)
    share = weights * factors
    return dict(zip(nodes, share / share.sum(), strict=True)) if nodes else {}
