# Multiplies the probabilities and takes the root: the product becomes 0.
# loses: test_ppl_rows, test_ppl_large


def padded_perplexity(logits, tokens, real):
    product, count = 1.0, 0
    for row in range(len(tokens)):
        for t in range(tokens.shape[1] - 1):
            if real[row, t] and real[row, t + 1]:
                own = logits[row, t] - logits[row, t].max()
                product *= (np.exp(own) / np.exp(own).sum())[tokens[row, t + 1]]
                count += 1
    return float(product ** (-1 / count))
