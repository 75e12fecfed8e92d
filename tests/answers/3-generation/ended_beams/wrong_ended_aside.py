# Texts that have ended take no beam; at the end the best of both are returned.
# loses: test_ending, test_power, test_asked


def ended_beams(next_logits, prompt, end, beams, steps, power):
    kept, done = [(list(prompt), 0.0, 0.0, False)], []
    for step in range(1, steps + 1):
        found = []
        for tokens, total, _, ended in kept:
            if ended:
                continue
            logits = np.array(next_logits(list(tokens)), dtype=float)
            logs = logits - logits.max()
            logs = logs - np.log(np.exp(logs).sum())
            for token in range(len(logs)):
                if logs[token] > -np.inf:
                    new = total + float(logs[token])
                    found.append(([*tokens, token], new, new / step**power, token == end))
        found.sort(key=lambda text: text[2], reverse=True)
        done += [text for text in found if text[3]]
        kept = [text for text in found if not text[3]][:beams]
    kept = sorted(done + kept, key=lambda text: -text[2])[:beams]
    return [(tokens, score) for tokens, _, score, _ in kept]
