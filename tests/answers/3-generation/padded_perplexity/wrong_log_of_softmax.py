# The logarithm of a stable softmax: where p is 0 as a float, it is minus infinity.
# loses: test_ppl_large


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    logits = np.where(real[:, :, None], logits, 0.0)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    powers = np.exp(shifted)
    logs = np.log(powers / powers.sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    return float(np.exp(-(picked * counted).sum() / counted.sum()))
