# What reached a dead end is shared out among the others.
# loses: test_returns_dead_end


def expected_returns(steps, start, n_steps):
    mass = {(None, start): 1.0}
    total = 0.0
    for _ in range(n_steps):
        after = {}
        mass = {key: m for key, m in mass.items() if steps.get(key)}
        alive = sum(mass.values())
        mass = {key: m / alive for key, m in mass.items()}
        for (previous, current), m in mass.items():
            for x, p in steps.get((previous, current), {}).items():
                if x == previous:
                    total += m * p
                after[current, x] = after.get((current, x), 0) + m * p
        mass = after
    return total
