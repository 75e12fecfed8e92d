# Multiplies the logits by the mask, so that padding has equal logits, and counts it.
# loses: test_ppl_padding, test_ppl_rows


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    logits = np.where(real[:, :, None], logits, 0.0)
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    return float(np.exp(-picked.mean()))
