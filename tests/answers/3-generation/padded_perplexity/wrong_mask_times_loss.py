# Multiplies the losses by the mask: NaN times 0 is NaN.
# loses: test_ppl_padding, test_ppl_rows


def padded_perplexity(logits, tokens, real):
    counted = real[:, 1:] & real[:, :-1]
    tokens = np.where(real, tokens, 0)
    shifted = logits - logits.max(axis=2, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    picked = np.take_along_axis(logs[:, :-1], tokens[:, 1:, None], axis=2)[:, :, 0]
    return float(np.exp(-(picked * counted).sum() / counted.sum()))
