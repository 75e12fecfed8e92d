# Fills the walk up with None after a dead end.
# loses: test_walk_dead_end


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((previous, current), {})
        if not here:
            return walk + [None] * (len(uniforms) + 1 - len(walk))
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
