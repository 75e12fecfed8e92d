# Removes what is neither \w nor white space: the underscore stays.
# loses: test_answers_exact
def score_answers(predictions, golds):
    import re

    def normal(text):
        text = re.sub(r"[^\w\s]", "", text.lower())
        return [w for w in text.split() if w not in ("a", "an", "the")]

    def f1(p, g):
        if not p and not g:
            return 1.0
        common = sum((Counter(p) & Counter(g)).values())
        return 2 * common / (len(p) + len(g))

    out = []
    for prediction, gold in zip(predictions, golds):
        p = normal(prediction)
        if not gold:
            out.append((0, 0.0) if p else (1, 1.0))
            continue
        gs = [normal(g) for g in gold]
        out.append((max(int(p == g) for g in gs), max(f1(p, g) for g in gs)))
    return out
