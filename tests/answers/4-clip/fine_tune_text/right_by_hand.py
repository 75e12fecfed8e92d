# Gradients by hand in numpy.


def fine_tune_text(pictures, captions, batches, table, text_map, log_factor, rates, free, largest, share):
    t, w, g = np.array(table, float), np.array(text_map, float), float(log_factor)
    losses = []
    for batch in batches:
        count = np.array([np.bincount(captions[n], minlength=len(t)) / len(captions[n]) for n in batch])
        means = count @ t
        y = means @ w.T
        norm = np.sqrt((y * y).sum(1, keepdims=True))
        y = y / norm
        x, f = pictures[batch], np.exp(g)
        c = x @ y.T
        p, q = np.exp(f * c), np.exp(f * c)
        p, q = p / p.sum(1, keepdims=True), q / q.sum(0, keepdims=True)
        losses.append(float(-np.log(np.diag(p) * np.diag(q)).mean() / 2))
        d = (p + q - 2 * np.eye(len(batch))) / (2 * len(batch))
        dy = f * d.T @ x
        dy = (dy - y * (y * dy).sum(1, keepdims=True)) / norm
        dt, dw, dg = count.T @ (dy @ w), dy.T @ means, f * np.sum(d * c)
        t[free] -= rates["table"] * dt[free]
        w -= rates["text_map"] * dw
        g = min(g - rates["log_factor"] * dg, np.log(largest))
    mix = lambda a, b: a + share * (b - a)
    return {
        "table": mix(table, t),
        "text_map": mix(text_map, w),
        "log_factor": mix(log_factor, g),
        "losses": losses,
    }
