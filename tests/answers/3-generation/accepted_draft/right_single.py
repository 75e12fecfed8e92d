# In single precision; returns an array.


def accepted_draft(drafted, draft, target, draws):
    draft, target = draft.astype(np.float32), target.astype(np.float32)
    n = 0
    while n < len(drafted) and draws[n] < target[n, drafted[n]] / draft[n, drafted[n]]:
        n += 1
    q = draft[n] if n < len(drafted) else np.zeros(target.shape[1], dtype=np.float32)
    rest = np.maximum(target[n] - q, np.float32(0))
    some = np.flatnonzero(rest)
    sums = np.cumsum(rest[some]) / rest.sum()
    place = min(int((sums <= draws[-1]).sum()), len(some) - 1)
    return np.array([*drafted[:n], some[place]], dtype=int)
