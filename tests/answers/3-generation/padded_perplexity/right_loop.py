# Two loops, with the sum of ln p kept as a number.


def padded_perplexity(logits, tokens, real):
    total, count = 0.0, 0
    for row in range(len(tokens)):
        for t in range(tokens.shape[1] - 1):
            if real[row, t] and real[row, t + 1]:
                own = logits[row, t]
                high = own.max()
                log_sum = high + np.log(np.exp(own - high).sum())
                total += log_sum - own[tokens[row, t + 1]]
                count += 1
    return float(np.exp(total / count))
