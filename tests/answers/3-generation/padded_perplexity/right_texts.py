# Takes the real tokens of each row out, and treats each text on its own.


def padded_perplexity(logits, tokens, real):
    losses = []
    for table, row, mine in zip(logits, tokens, real):
        table, row = table[mine].astype(np.float64), row[mine]
        for before, target in zip(table[:-1], row[1:]):
            losses.append(np.logaddexp.reduce(before) - before[target])
    return math.exp(sum(losses) / len(losses))
