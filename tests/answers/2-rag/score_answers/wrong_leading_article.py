# Drops an article only at the beginning of an answer, not in the middle of it.
# loses: test_answers_exact, test_answers_f1
def score_answers(predictions, golds):
    table = str.maketrans("", "", string.punctuation)

    def normal(text):
        words = text.lower().translate(table).split()
        while words and words[0] in {"a", "an", "the"}:
            words = words[1:]
        return words

    result = []
    for prediction, answers in zip(predictions, golds):
        p = normal(prediction)
        if not answers:
            result.append((1, 1.0) if not p else (0, 0.0))
            continue
        exact, best = 0, 0.0
        for answer in answers:
            g = normal(answer)
            if p == g:
                exact = 1
            if not p and not g:
                best = 1.0
                continue
            c = sum((Counter(p) & Counter(g)).values())
            best = max(best, 2 * c / (len(p) + len(g)))
        result.append((exact, best))
    return result
