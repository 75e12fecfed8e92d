# Adds 1e-9 to p before the logarithm.
# loses: test_ppl_rows, test_ppl_large


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    logits = np.where(real[:, :, None], logits, 0.0)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    powers = np.exp(shifted)
    logs = np.log(powers / powers.sum(axis=2, keepdims=True) + 1e-9)
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    return float(np.exp(-(picked * counted).sum() / counted.sum()))
