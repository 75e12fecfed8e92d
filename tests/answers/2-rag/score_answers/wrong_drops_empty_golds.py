# Drops gold answers without words before comparing, because they seem to say nothing.
# loses: test_answers_several
def score_answers(predictions, golds):
    def normal(text):
        text = text.lower()
        for ch in string.punctuation:
            text = text.replace(ch, "")
        return [w for w in text.split() if w not in ("a", "an", "the")]

    result = []
    for prediction, answers in zip(predictions, golds):
        p = normal(prediction)
        gs = [g for g in map(normal, answers) if g]
        if not gs:
            result.append((int(not p), float(not p)))
            continue
        exact = int(p in gs)
        f1 = max(2 * sum((Counter(p) & Counter(g)).values()) / (len(p) + len(g)) for g in gs)
        result.append((exact, f1))
    return result
