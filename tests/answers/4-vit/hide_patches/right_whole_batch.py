# All rows at once, by stable sorts.


def hide_patches(noise, real, kept, share):
    value = np.where(real, noise, 0.0)
    free = real & ~kept
    n = real.sum(axis=1)
    number = np.minimum(np.minimum(np.floor(share * n), free.sum(axis=1)), np.maximum(n - 1, 0))
    by = np.argsort(value, axis=1, kind="stable")
    rank = np.take_along_axis(free, by, axis=1)[:, ::-1].cumsum(axis=1)[:, ::-1]
    gone = np.take_along_axis(free, by, axis=1) & (rank <= number[:, None])
    hidden = np.zeros(noise.shape, dtype=bool)
    np.put_along_axis(hidden, by, gone, axis=1)
    group = np.where(real, hidden.astype(int), 2)
    then = np.argsort(np.take_along_axis(group, by, axis=1), axis=1, kind="stable")
    order = np.take_along_axis(by, then, axis=1)
    return hidden, order, np.argsort(order, axis=1)
