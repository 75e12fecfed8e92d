# F1 is rounded to one digit.
# loses: test_answers_f1, test_answers_several


def score_answers(predictions, golds):
    def normalise(text):
        text = text.lower()
        for mark in string.punctuation:
            text = text.replace(mark, "")
        return [word for word in text.split() if word not in {"a", "an", "the"}]

    def f1(given, wanted):
        common = 0
        left = list(wanted)
        for word in given:
            if word in left:
                left.remove(word)
                common += 1
        if not given and not wanted:
            return 1.0
        return round(2 * common / (len(given) + len(wanted)), 1)

    result = []
    for prediction, answers in zip(predictions, golds, strict=True):
        given = normalise(prediction)
        if not answers:
            silent = len(given) == 0
            result.append((int(silent), float(silent)))
            continue
        exact = max(int(given == normalise(answer)) for answer in answers)
        best = max(f1(given, normalise(answer)) for answer in answers)
        result.append((exact, best))
    return result
