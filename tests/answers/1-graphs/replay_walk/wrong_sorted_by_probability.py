# Goes through the nodes from the likeliest to the least likely.
# loses: test_walk_choice


def replay_walk(steps, start, uniforms):
    walk, previous, current = [start], None, start
    for u in uniforms:
        here = steps.get((previous, current), {})
        if not here:
            break
        chosen = list(here)[-1]
        total = 0
        for x, probability in sorted(here.items(), key=lambda kv: -kv[1]):
            total += probability
            if total > u:
                chosen = x
                break
        previous, current = current, chosen
        walk.append(chosen)
    return walk
