# The mean of the rows' mean losses: a row without a target gives 0/0.
# loses: test_ppl_rows


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    logits = np.where(real[:, :, None], logits, 0.0)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    return float(np.exp((-(picked * counted).sum(axis=1) / counted.sum(axis=1)).mean()))
