# Follows the walks from each pair, remembering what it worked out; not the other way round.

from functools import cache


def expected_returns(steps, start, n_steps):
    @cache
    def ahead(previous, current, left):
        if left == 0:
            return 0.0
        further = steps.get((previous, current), {})
        return sum(p * ((x == previous) + ahead(current, x, left - 1)) for x, p in further.items())

    return ahead(None, start, n_steps)
