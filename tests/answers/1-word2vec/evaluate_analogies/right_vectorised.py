# All questions of a relation at once, in float32.

import numpy as np


def evaluate_analogies(words, vectors, questions):
    vectors = np.asarray(vectors, dtype=np.float32)
    unit = vectors / np.sqrt((vectors**2).sum(1))[:, None]
    number = dict(zip(words, range(len(words)), strict=True))

    def mean_reciprocal(targets, rows, n):
        score = targets @ unit.T  # (Q, V)
        np.put_along_axis(score, rows[:, :3], -np.inf, axis=1)
        right = np.take_along_axis(score, rows[:, 3:], axis=1)  # (Q, 1)
        return (1 / ((score > right).sum(1) + 1)).sum() / n

    coverage, mrr, baseline = {}, {}, {}
    for name, asked in questions.items():
        rows = np.array([[number.get(word, -1) for word in question] for question in asked])  # (Q, 4)
        rows = rows[(rows >= 0).all(1)]
        a, b, c = unit[rows[:, 0]], unit[rows[:, 1]], unit[rows[:, 2]]
        coverage[name] = len(rows) / len(asked)
        mrr[name] = mean_reciprocal(b - a + c, rows, len(asked))
        baseline[name] = mean_reciprocal(c, rows, len(asked))
    macro = np.mean(list(mrr.values()))
    return {"coverage": coverage, "mrr": mrr, "baseline": baseline, "macro_mrr": macro}
