# The regular expression [^\w\s] keeps "_" and removes signs such as the euro sign.
# loses: test_answers_exact
import re


def score_answers(predictions, golds):
    def normal(text):
        text = re.sub(r"[^\w\s]", "", text.lower())
        return [w for w in text.split() if w not in ("a", "an", "the")]

    def f1(p, g):
        if not p and not g:
            return 1.0
        common = sum((Counter(p) & Counter(g)).values())
        return 2 * common / (len(p) + len(g))

    result = []
    for prediction, answers in zip(predictions, golds):
        p = normal(prediction)
        gs = [normal(g) for g in answers] if answers else [[]]
        result.append((max(int(p == g) for g in gs), max(f1(p, g) for g in gs)))
    return result
