# Two thousand walks with random numbers instead of the exact number.
# loses: test_returns_two, test_returns_long, test_returns_dead_end

import numpy as np


def expected_returns(steps, start, n_steps):
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(2000):
        previous, current = None, start
        for _ in range(n_steps):
            here = steps.get((previous, current))
            if not here:
                break
            weights = np.array(list(here.values()))
            x = list(here)[rng.choice(len(here), p=weights / weights.sum())]
            found += x == previous
            previous, current = current, x
    return found / 2000
