# Takes the most probable token in place of a draw.
# loses: test_draft_round, test_draft_left, test_draft_more, test_draft_same


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
        left = target[len(drafted)]
    left = left / left.sum()
    total = 0.0
    for v in range(len(left)):
        total += left[v]
        if total > draws[-1]:
            break
    while left[v] == 0:
        v -= 1
    written.append(int(left.argmax()))
    return written
