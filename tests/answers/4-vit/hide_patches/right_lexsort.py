# By np.lexsort, row by row.


def hide_patches(noise, real, kept, share):
    count, many = noise.shape
    hidden, order, restore = np.zeros((count, many), dtype=bool), [], []
    for b in range(count):
        value = np.where(real[b], noise[b], 0.0)
        place = np.lexsort((np.arange(many), value, ~real[b]))
        n = real[b].sum()
        number = int(share * n)
        number = number - 1 if number == n and n and not (kept[b] & real[b]).any() else number
        for p in place[:n][::-1]:
            if number and not kept[b, p]:
                hidden[b, p] = True
                number -= 1
        group = np.where(real[b], hidden[b] * 1, 2)
        order.append(place[np.argsort(group[place], kind="stable")])
        back = np.empty(many, dtype=int)
        back[order[-1]] = np.arange(many)
        restore.append(back)
    return hidden, np.array(order), np.array(restore)
