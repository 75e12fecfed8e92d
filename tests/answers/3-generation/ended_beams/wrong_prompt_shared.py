# The text is the prompt itself and is extended in place for one beam.
# loses: test_edges


def ended_beams(next_logits, prompt, end, beams, steps, power):
    kept = [(prompt, 0.0, 0.0, True)]  # tokens, sum of ln p, score, runs
    for step in range(steps):
        if not any(runs for *_, runs in kept):
            break
        found = []
        for tokens, total, score, runs in kept:
            if not runs:
                found.append((tokens, total, score, runs))
                continue
            logits = np.asarray(next_logits(list(tokens)), dtype=float)
            logits = logits - logits.max()
            logs = logits - np.log(np.exp(logits).sum())
            for token in np.flatnonzero(logs > -np.inf):
                new = total + logs[token]
                length = step + 1
                found.append(([*tokens, int(token)], new, new / length**power, token != end))
        found.sort(key=lambda one: one[2], reverse=True)
        kept = found[:beams]
        if beams == 1:
            prompt += kept[0][0][len(prompt) :]
    return [(tokens, float(score)) for tokens, _, score, _ in kept]
