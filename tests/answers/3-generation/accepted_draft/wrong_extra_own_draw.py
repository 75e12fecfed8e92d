# Where all are accepted the extra token is drawn with the last draw used.
# loses: test_draft_more


def accepted_draft(drafted, draft, target, draws):
    written = []
    for i, token in enumerate(drafted):
        if draws[i] >= target[i, token] / draft[i, token]:
            left = np.maximum(0, target[i] - draft[i])
            left = left / left.sum()
            break
        written.append(int(token))
    else:
        left = target[len(drafted)]
        draws = np.append(draws[:-1], draws[max(len(drafted) - 1, 0)])
    total = 0.0
    for v, share in enumerate(left):
        total += share
        if share > 0 and total > draws[len(drafted)]:
            break
    written.append(v)
    return written
