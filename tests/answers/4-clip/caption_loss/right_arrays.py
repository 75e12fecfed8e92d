# Without a loop: sums of exponentials by weights of 0 and 1.


def caption_loss(pictures, captions, owner, text, log_factor, largest):
    def turned(v):
        return v / np.maximum(np.sqrt((v**2).sum(axis=1)), 1e-30)[:, None]

    scores = np.exp(min(log_factor, np.log(largest))) * turned(pictures) @ turned(captions).T
    own = np.equal.outer(np.arange(len(pictures)), owner)
    keep = own | ~np.stack([np.isin(text, text[mine]) for mine in own])
    weights = np.exp(scores) * keep
    rows, columns = weights.sum(axis=1), weights.sum(axis=0)
    counts = own.sum(axis=1)
    has = counts > 0
    if not has.any():
        return 0.0, 0.0, 0.0
    first = (np.log(rows[has]) - (scores * own).sum(axis=1)[has] / counts[has]).mean()
    second = (np.log(columns) - (scores * own).sum(axis=0))[owner >= 0].mean()
    return float(first), float(second), float(first + second) / 2
