# With heapq, and arrays of tokens given to the model.


import heapq


def ended_beams(next_logits, prompt, end, beams, steps, power):
    beam = [(0.0, 0.0, list(prompt), False)]
    step = 0
    while step < steps and not all(entry[3] for entry in beam):
        step += 1
        candidates = []
        for score, total, tokens, done in beam:
            if done:
                candidates.append((score, total, tokens, True))
                continue
            logits = np.array(next_logits(np.array(tokens)), dtype=float)
            high = max(logits)
            norm = high + np.log(sum(np.exp(logits - high)))
            for token, logit in enumerate(logits):
                if logit != float("-inf"):
                    s = total + logit - norm
                    candidates.append((s / (step**power), s, [*tokens, token], token == end))
        beam = heapq.nlargest(beams, candidates, key=lambda c: c[0])
    return [(tokens, float(score)) for score, total, tokens, done in beam]
