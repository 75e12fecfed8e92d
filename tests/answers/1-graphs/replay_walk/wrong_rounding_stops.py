# Where no sum exceeds u, it takes no step.
# loses: test_walk_rounding


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((previous, current), {})
        if not here:
            break
        chosen = None
        total = 0
        for x, probability in here.items():
            total += probability
            if total > u:
                chosen = x
                break
        if chosen is None:
            break
        previous, current = current, chosen
        walk.append(chosen)
    return walk
