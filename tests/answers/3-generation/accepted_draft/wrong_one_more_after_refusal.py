# After a token in place of the refused one, one more is drawn.
# loses: test_draft_round


def accepted_draft(drafted, draft, target, draws):
    written, i = [], 0
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
    written.append(v)
    if len(written) <= len(drafted) and left is not None and i < len(drafted) - 1:
        written.append(int(target[len(written)].argmax()))
    return written
