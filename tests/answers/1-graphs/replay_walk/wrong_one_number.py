# Uses the first number for every step.
# loses: test_walk_choice


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
            if total > uniforms[0]:
                chosen = x
                break
        previous, current = current, chosen
        walk.append(chosen)
    return walk
