# Every next node is equally likely.
# loses: test_returns_two, test_returns_long, test_returns_dead_end


def expected_returns(steps, start, n_steps):
    mass = {(None, start): 1.0}
    total = 0.0
    for _ in range(n_steps):
        after = {}
        for (previous, current), m in mass.items():
            for x in steps.get((previous, current), {}):
                p = 1 / len(steps[previous, current])
                if x == previous:
                    total += m * p
                after[current, x] = after.get((current, x), 0) + m * p
        mass = after
    return total
