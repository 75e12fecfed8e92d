# All in float32.


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    rows = logits[:, :-1][counted].astype(np.float32)
    targets = tokens[:, 1:][counted]
    rows = rows - rows.max(axis=-1, keepdims=True)
    logs = rows[np.arange(len(rows)), targets] - np.log(np.exp(rows).sum(axis=-1))
    return float(np.exp(-logs.mean()))
