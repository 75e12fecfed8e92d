# Leaves out a token that is not accepted, and goes on with the rest of the draft.
# loses: test_draft_round


def accepted_draft(drafted, draft, target, draws):
    written, left = [], target[-1]
    for i, token in enumerate(drafted):
        if draws[i] < target[i, token] / draft[i, token]:
            written.append(token)
        else:
            left = np.maximum(target[i] - draft[i], 0)
    sums = np.cumsum(left / left.sum())
    return [*written, int(min((sums <= draws[-1]).sum(), np.flatnonzero(left)[-1]))]
