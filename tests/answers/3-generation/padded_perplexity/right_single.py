# In single precision, with a numpy number as the result.


def padded_perplexity(logits, tokens, real):
    places = np.argwhere(real[:, :-1] & real[:, 1:])
    losses = np.zeros(len(places), dtype=np.float32)
    for n, (b, t) in enumerate(places):
        row = (logits[b, t] - logits[b, t].max()).astype(np.float32)
        losses[n] = np.log(np.exp(row).sum()) - row[tokens[b, t + 1]]
    return np.exp(losses.astype(float).mean())
