# Takes the first so many places of a row, as if padding were on the right.
# loses: test_ppl_padding, test_ppl_rows


def padded_perplexity(logits, tokens, real):
    total, count = 0.0, 0
    for row in range(len(tokens)):
        for t in range(int(real[row].sum()) - 1):
            if True:
                own = logits[row, t]
                high = own.max()
                log_sum = high + np.log(np.exp(own - high).sum())
                total += log_sum - own[tokens[row, t + 1]]
                count += 1
    return float(np.exp(total / count))
