# A transition matrix over the pairs, in numpy.

import numpy as np


def expected_returns(steps, start, n_steps):
    pairs = {(None, start)} | set(steps) | {(v, x) for (_, v), to in steps.items() for x in to}
    place = {pair: k for k, pair in enumerate(pairs)}
    move, back = np.zeros((len(pairs), len(pairs))), np.zeros(len(pairs))
    for (previous, current), to in steps.items():
        for x, p in to.items():
            move[place[previous, current], place[current, x]] += p
            if x == previous:
                back[place[previous, current]] = p
    state, total = np.eye(len(pairs))[place[None, start]], 0.0
    for _ in range(n_steps):
        total += state @ back
        state = state @ move
    return total
