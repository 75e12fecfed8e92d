# numpy's cumsum and searchsorted, on the right side.

import numpy as np


def replay_walk(steps, start, uniforms):
    walk, previous = [start], None
    for u in uniforms:
        here = steps.get((previous, walk[-1]), {})
        if len(here) == 0:
            break
        sums = np.cumsum(list(here.values()))
        place = int(np.searchsorted(sums, u, side="right"))
        previous = walk[-1]
        walk.append(list(here)[min(place, len(here) - 1)])
    return walk
