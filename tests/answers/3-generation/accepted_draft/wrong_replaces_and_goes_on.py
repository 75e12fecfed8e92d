# Replaces a token that is not accepted, and goes on with the rest of the draft.
# loses: test_draft_round, test_draft_left


def draw(left, number):
    sums = np.cumsum(left / left.sum())
    return int(min((sums <= number).sum(), np.flatnonzero(left)[-1]))


def accepted_draft(drafted, draft, target, draws):
    written = []
    for i, token in enumerate(drafted):
        if draws[i] < target[i, token] / draft[i, token]:
            written.append(token)
        else:
            written.append(draw(np.maximum(target[i] - draft[i], 0), draws[-1]))
    return [*written, draw(target[-1], draws[-1])]
