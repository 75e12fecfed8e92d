# Looks up every step as if it were the first, so the previous node does not matter.
# loses: test_walk_state


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((None, current), {})
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
