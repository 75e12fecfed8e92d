# Stops at the first row with fewer than two real tokens instead of skipping it.
# loses: test_ppl_rows


def padded_perplexity(logits, tokens, real):
    logs = []
    for b in range(len(tokens)):
        places = np.flatnonzero(real[b])
        if len(places) < 2:
            break
        for t in places[1:]:
            scores = logits[b, t - 1].astype(float)
            scores = scores - scores.max()
            logs.append(scores[tokens[b, t]] - np.log(np.exp(scores).sum()))
    return float(np.exp(-np.mean(logs)))
