# F1 from the words left over: each common word is struck out of a copy of the gold answer.
from functools import cache


def score_answers(predictions, golds):
    @cache
    def words(text):
        kept = filter(lambda ch: ch not in set(string.punctuation), text.lower())
        return tuple(w for w in "".join(kept).split() if w != "a" and w != "an" and w != "the")

    def f1(p, g):
        both = len(p) + len(g)
        if both == 0:
            return 1.0
        rest = list(g)
        alone = 0
        for w in p:
            try:
                rest.remove(w)
            except ValueError:
                alone += 1
        return (both - alone - len(rest)) / both

    def pair(prediction, answers):
        p = words(prediction)
        options = {words(answer) for answer in answers} if len(answers) else {()}
        return (1 if p in options else 0), max(f1(p, g) for g in options)

    return list(map(pair, predictions, golds))
