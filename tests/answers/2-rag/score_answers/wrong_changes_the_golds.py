# Normalises the gold answers in place.
# loses: test_answers_several


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
        return 2 * common / (len(given) + len(wanted))

    result = []
    for prediction, answers in zip(predictions, golds, strict=True):
        given = normalise(prediction)
        answers[:] = [" ".join(normalise(answer)) for answer in answers]
        if not answers:
            silent = len(given) == 0
            result.append((int(silent), float(silent)))
            continue
        exact = max(int(given == normalise(answer)) for answer in answers)
        best = max(f1(given, normalise(answer)) for answer in answers)
        result.append((exact, best))
    return result
