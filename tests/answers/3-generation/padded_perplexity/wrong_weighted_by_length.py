# The rows' mean losses, weighted by their real tokens, not by their targets.
# loses: test_ppl_rows


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    logits = np.where(real[:, :, None], logits, 0.0)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    some = counted.any(axis=1)
    means = -(picked * counted).sum(axis=1)[some] / counted.sum(axis=1)[some]
    return float(np.exp(np.average(means, weights=real.sum(axis=1)[some])))
