# Multiplies draws by q in the argument.
# loses: test_draft_round


def accepted_draft(drafted, draft, target, draws):
    written = []
    for i, token in enumerate(drafted):
        draws[i] *= draft[i, token]
    for i, token in enumerate(drafted):
        if draws[i] >= target[i, token]:
            left = np.maximum(0, target[i] - draft[i])
            left = left / left.sum()
            break
        written.append(int(token))
    else:
        left = target[len(drafted)]
    total = 0.0
    for v, share in enumerate(left):
        total += share
        if share > 0 and total > draws[len(drafted)]:
            break
    written.append(v)
    return written
