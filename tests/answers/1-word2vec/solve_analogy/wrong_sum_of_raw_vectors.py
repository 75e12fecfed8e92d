# Adds the vectors as they are and normalises only for the cosine with the result.
# loses: test_analogy_norm

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    if method == "add":
        score = unit @ (vectors[b] - vectors[a] + vectors[c])
    else:
        to_a, to_b, to_c = ((unit @ unit[row] + 1) / 2 for row in (a, b, c))
        score = to_b * to_c / (to_a + 0.001)
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
