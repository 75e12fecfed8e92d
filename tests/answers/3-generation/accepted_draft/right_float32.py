# All in float32.


def accepted_draft(drafted, draft, target, draws):
    draft, target = np.float32(draft), np.float32(target)
    written = []
    for i, token in enumerate(drafted):
        if draws[i] >= target[i, token] / draft[i, token]:
            left = np.maximum(0, target[i] - draft[i])
            left = left / left.sum()
            break
        written.append(int(token))
    else:
        left = target[len(drafted)]
    total = np.float32(0)
    for v, share in enumerate(left):
        total += share
        if share > 0 and total > draws[len(drafted)]:
            break
    written.append(v)
    return written
