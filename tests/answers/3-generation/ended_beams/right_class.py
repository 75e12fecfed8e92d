# A class for a text that knows its score.


class Text:
    def __init__(self, prompt, written=(), total=0.0):
        self.prompt, self.written, self.total = prompt, written, total

    def score(self, power):
        return self.total / max(len(self.written), 1) ** power

    def ended(self, end):
        return len(self.written) > 0 and self.written[-1] == end

    def tokens(self):
        return [*self.prompt, *self.written]


def log_softmax(x):
    x = np.asarray(x, dtype=float)
    x = x - x.max()
    return x - math.log(np.exp(x).sum())


def ended_beams(next_logits, prompt, end, beams, steps, power):
    texts = [Text(prompt)]
    for _ in range(steps):
        running = [text for text in texts if not text.ended(end)]
        if not running:
            break
        pool = [text for text in texts if text.ended(end)]
        for text in running:
            logs = log_softmax(next_logits(text.tokens()))
            pool += [
                Text(prompt, (*text.written, t), text.total + logs[t])
                for t in np.flatnonzero(np.isfinite(logs)).tolist()
            ]
        texts = sorted(pool, key=lambda text: text.score(power), reverse=True)[:beams]
    return [(text.tokens(), float(text.score(power))) for text in texts]
