# Common words are the longest common subsequence: other orders lose words for F1.
# loses: test_answers_f1
def score_answers(predictions, golds):
    def normal(text):
        text = "".join(ch for ch in text.lower() if ch not in string.punctuation)
        return [word for word in text.split() if word not in ("a", "an", "the")]

    def common(p, g):
        best = [[0] * (len(g) + 1) for _ in range(len(p) + 1)]
        for i, x in enumerate(p):
            for j, y in enumerate(g):
                best[i + 1][j + 1] = best[i][j] + 1 if x == y else max(best[i][j + 1], best[i + 1][j])
        return best[-1][-1]

    result = []
    for prediction, answers in zip(predictions, golds):
        p = normal(prediction)
        pairs = []
        for g in map(normal, answers or [""]):
            f1 = 2 * common(p, g) / (len(p) + len(g)) if p or g else 1.0
            pairs.append((int(p == g), f1))
        result.append((max(x[0] for x in pairs), max(x[1] for x in pairs)))
    return result
