# Nothing ends a text.
# loses: test_ending, test_power, test_asked, test_edges, test_poem


def ended_beams(next_logits, prompt, end, beams, steps, power):
    kept = [(list(prompt), 0.0, 0.0, False)]
    for step in range(1, steps + 1):
        if all(ended for _, _, _, ended in kept):
            break
        found = [text for text in kept if text[3]]
        for tokens, total, _, ended in kept:
            if ended:
                continue
            logits = np.array(next_logits(list(tokens)), dtype=float)
            logs = logits - logits.max()
            logs = logs - np.log(np.exp(logs).sum())
            for token in range(len(logs)):
                if logs[token] > -np.inf:
                    new = total + float(logs[token])
                    found.append(([*tokens, token], new, new / step**power, False))
        found.sort(key=lambda text: text[2], reverse=True)
        kept = found[:beams]
    return [(tokens, score) for tokens, _, score, _ in kept]
