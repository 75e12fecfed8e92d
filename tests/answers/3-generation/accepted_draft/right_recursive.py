# Calls itself for the rest of the draft.


def accepted_draft(drafted, draft, target, draws):
    def pick(shares, number):
        return int(np.argmax(np.cumsum(shares) > number))

    if len(drafted) == 0:
        return [pick(target[0], draws[-1])]
    x = drafted[0]
    if draws[0] < target[0][x] / draft[0][x]:
        return [x, *accepted_draft(drafted[1:], draft[1:], target[1:], draws[1:])]
    rest = [max(0.0, a - b) for a, b in zip(target[0], draft[0])]
    return [pick(np.array(rest) / sum(rest), draws[-1])]
