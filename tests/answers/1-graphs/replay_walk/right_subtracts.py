# Takes the probabilities away from u until it is below 0; recursive.


def replay_walk(steps, start, uniforms, previous=None):
    options = list(steps.get((previous, start), {}).items())
    if not uniforms or not options:
        return [start]
    left = uniforms[0]
    for node, probability in options[:-1]:
        if left < probability:
            break
        left -= probability
    else:
        node = options[-1][0]
    return [start, *replay_walk(steps, node, uniforms[1:], start)]
