# By ranks: counts how many come before.


def hide_patches(noise, real, kept, share):
    hidden, order, restore = [], [], []
    for values, there, stay in zip(noise.tolist(), real.tolist(), kept.tolist()):
        many, n = len(values), sum(there)
        free = [p for p in range(many) if there[p] and not stay[p]]
        number = min(int(n * share), len(free), max(n - 1, 0))
        gone = [
            p in free and sum((values[o], o) > (values[p], p) for o in free) < number for p in range(many)
        ]
        keys = [(0 if t else 1, g, v if t else 0, p) for p, (t, g, v) in enumerate(zip(there, gone, values))]
        ranked = sorted(keys)
        order.append([key[-1] for key in ranked])
        restore.append([ranked.index(key) for key in keys])
        hidden.append(gone)
    return np.array(hidden), np.array(order), np.array(restore)
