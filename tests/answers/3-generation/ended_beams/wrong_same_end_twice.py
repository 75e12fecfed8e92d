# Of ended texts only the best one is kept.
# loses: test_ending, test_power, test_asked, test_edges, test_poem


def ended_beams(next_logits, prompt, end, beams, steps, power):
    kept = [(list(prompt), 0.0, 0.0, True)]  # tokens, sum of ln p, score, runs
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
                length = len(tokens) + 1 - len(prompt)
                found.append(([*tokens, int(token)], new, new / length**power, token != end))
        found.sort(key=lambda one: one[2], reverse=True)
        first = next((one for one in found if not one[3]), None)
        kept = [one for one in found if one[3] or one is first][:beams]
    return [(tokens, float(score)) for tokens, _, score, _ in kept]
