# The previous node stays the start.
# loses: test_walk_state, test_walk_dead_end


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((previous, current), {})
        if not here:
            break
        chosen = list(here)[-1]
        total = 0
        for x, probability in here.items():
            total += probability
            if total > u:
                chosen = x
                break
        previous, current = start, chosen
        walk.append(chosen)
    return walk
