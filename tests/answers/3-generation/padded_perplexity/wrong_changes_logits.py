# Clears the padding in the logits that it was given.
# loses: test_ppl_rows


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    logits[~real] = 0.0
    logits -= logits.max(axis=2, keepdims=True)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    return float(np.exp(-(picked * counted).sum() / counted.sum()))
