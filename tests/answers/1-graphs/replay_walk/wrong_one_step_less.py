# A walk of n numbers has n nodes.
# loses: test_walk_choice, test_walk_state, test_walk_rounding


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms[:-1]:
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
