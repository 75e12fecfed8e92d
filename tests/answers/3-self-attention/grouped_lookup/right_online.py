# Reads the keys one after the other, with a running highest score and total.


def grouped_lookup(queries, keys, values, allowed):
    size, count, d = queries.shape
    group = np.arange(size) * len(keys) // size
    highest = np.full((size, count), -np.inf)
    total, mixed = np.zeros((size, count)), np.zeros((size, count, values.shape[2]))
    for j in range(keys.shape[1]):
        score = np.einsum("hnd,hd->hn", queries, keys[group, j]) / d**0.5
        score = np.where(allowed[:, j], score, -np.inf)
        new = np.maximum(highest, score)
        base = np.where(new == -np.inf, 0, new)
        old, now = np.exp(highest - base), np.exp(score - base)
        total = total * old + now
        mixed = mixed * old[..., None] + now[..., None] * values[group, j][:, None]
        highest = new
    return np.divide(mixed, total[..., None], out=np.zeros_like(mixed), where=total[..., None] > 0)
