# The targets come round: the last logits are compared with the first token.
# loses: test_ppl_rule, test_ppl_shift, test_ppl_padding, test_ppl_rows, test_ppl_large


def padded_perplexity(logits, tokens, real):
    counted = real
    logits = np.where(real[:, :, None], logits, 0.0)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs, np.roll(tokens, -1, axis=1)[:, :, None], axis=2)[:, :, 0]
    return float(np.exp(-(picked * counted).sum() / counted.sum()))
