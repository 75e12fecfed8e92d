# Takes the token 0 for padding and does not look at real.
# loses: test_ppl_rule, test_ppl_shift, test_ppl_padding, test_ppl_rows, test_ppl_large


def padded_perplexity(logits, tokens, real):
    total, count = 0.0, 0
    for row in range(len(tokens)):
        for t in range(tokens.shape[1] - 1):
            if tokens[row, t] > 0 and tokens[row, t + 1] > 0:
                own = logits[row, t]
                high = own.max()
                log_sum = high + np.log(np.exp(own - high).sum())
                total += log_sum - own[tokens[row, t + 1]]
                count += 1
    return float(np.exp(total / count))
