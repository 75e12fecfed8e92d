# All rows are put behind one another before the shift: the last logits of a row predict the next row.
# loses: test_ppl_rows, test_ppl_large


def padded_perplexity(logits, tokens, real):
    rows, targets = logits[real], tokens[real]
    rows, targets = rows[:-1], targets[1:]
    rows = rows - rows.max(axis=1, keepdims=True)
    losses = np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(len(targets)), targets]
    return float(np.exp(losses.mean()))
