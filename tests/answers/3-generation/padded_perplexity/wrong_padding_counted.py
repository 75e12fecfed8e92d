# Padding is counted.
# loses: test_ppl_padding, test_ppl_rows


def padded_perplexity(logits, tokens, real):
    total, count = 0.0, 0
    for row in range(len(tokens)):
        for t in range(tokens.shape[1] - 1):
            if True:
                own = np.nan_to_num(logits[row, t])
                high = own.max()
                log_sum = high + np.log(np.exp(own - high).sum())
                total += log_sum - own[max(tokens[row, t + 1], 0)]
                count += 1
    return float(np.exp(total / count))
