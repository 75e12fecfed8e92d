# Regular expressions as in SQuAD's script; precision and recall; lists and booleans.


import re


def score_answers(predictions, golds):
    marks = re.compile("[" + re.escape(string.punctuation) + "]")
    articles = re.compile(r"(?<!\S)(?:a|an|the)(?!\S)")
    tidy = lambda text: " ".join(articles.sub(" ", marks.sub("", text.lower())).split())

    def one(p, g):
        if not p or not g:
            return float(p == g)
        p, g = p.split(" "), g.split(" ")
        same = sum(min(p.count(w), g.count(w)) for w in set(p) & set(g))
        if same == 0:
            return 0.0
        precision, recall = same / len(p), same / len(g)
        return 2 / (1 / precision + 1 / recall)

    pairs = []
    for p, gs in zip(map(tidy, predictions), golds, strict=True):
        gs = [tidy(g) for g in gs] if gs else [""]
        pairs.append([p in gs, max(one(p, g) for g in gs)])
    return pairs
