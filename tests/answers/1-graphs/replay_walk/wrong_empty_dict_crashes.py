# Knows a missing key, but takes the last of an empty dict.
# loses: test_walk_dead_end


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((previous, current), {})
        if (previous, current) not in steps:
            break
        chosen = list(here)[-1]
        total = 0
        for x, probability in here.items():
            total += probability
            if total > u:
                chosen = x
                break
        previous, current = current, chosen
        walk.append(chosen)
    return walk
