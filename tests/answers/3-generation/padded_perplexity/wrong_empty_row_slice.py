# A row without real tokens has the slice [0:-1]: its padding is counted.
# loses: test_ppl_rows


def padded_perplexity(logits, tokens, real):
    total, count = 0.0, 0
    for b in range(len(tokens)):
        start, size = int(real[b].argmax()), int(real[b].sum())
        scores = logits[b][start : start + size - 1].astype(float)
        x = tokens[b][start + 1 :][: len(scores)]
        scores = scores - scores.max(axis=-1, keepdims=True) if len(scores) else scores
        for row, token in zip(scores, x):
            total += np.log(np.exp(row).sum()) - row[token]
            count += 1
    return float(np.exp(total / count))
