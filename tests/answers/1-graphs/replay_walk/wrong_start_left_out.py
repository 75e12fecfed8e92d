# The start is not part of the walk.
# loses: test_walk_choice, test_walk_state, test_walk_dead_end, test_walk_rounding


def replay_walk(steps, start, uniforms):
    walk, previous, current = [], None, start
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
        previous, current = current, chosen
        walk.append(chosen)
    return walk
