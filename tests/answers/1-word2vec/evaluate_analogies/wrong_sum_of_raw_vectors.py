# Adds the vectors as they are and normalises only for the ranking.
# loses: test_evaluate_rank

import numpy as np


def evaluate_analogies(words, vectors, questions):
    row = {word: number for number, word in enumerate(words)}
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def reciprocal_rank(score, a, b, c, d):
        score[[a, b, c]] = -np.inf
        return 1 / (1 + np.sum(score > score[d]))

    coverage, mrr, baseline = {}, {}, {}
    for relation, asked in questions.items():
        covered, total, total_by_c = 0, 0.0, 0.0
        for question in asked:
            if not all(word in row for word in question):
                continue
            a, b, c, d = (row[word] for word in question)
            covered += 1
            total += reciprocal_rank(unit @ (vectors[b] - vectors[a] + vectors[c]), a, b, c, d)
            total_by_c += reciprocal_rank(unit @ unit[c], a, b, c, d)
        coverage[relation] = covered / len(asked)
        mrr[relation] = total / len(asked)
        baseline[relation] = total_by_c / len(asked)
    macro = sum(mrr.values()) / len(mrr)
    return {"coverage": coverage, "mrr": mrr, "baseline": baseline, "macro_mrr": macro}
