# Nothing more is drawn behind a draft that is accepted, unless it is empty.
# loses: test_draft_round, test_draft_more


def accepted_draft(drafted, draft, target, draws):
    written = []
    for i in range(len(drafted)):
        token = int(drafted[i])
        if draws[i] < target[i][token] / draft[i][token]:
            written.append(token)
            continue
        left = np.maximum(target[i] - draft[i], 0)
        break
    else:
        if drafted:
            return written
        left = target[0]
    left = left / left.sum()
    total = 0.0
    for v in range(len(left)):
        total += left[v]
        if total > draws[-1]:
            break
    while left[v] == 0:
        v -= 1
    written.append(v)
    return written
