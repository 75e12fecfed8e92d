# Takes the likeliest node, whatever the number.
# loses: test_walk_choice, test_walk_rounding


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((previous, current), {})
        if not here:
            break
        chosen = max(here, key=here.get)
        previous, current = current, chosen
        walk.append(chosen)
    return walk
