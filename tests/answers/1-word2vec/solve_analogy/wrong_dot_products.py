# Dot products in place of cosines.
# loses: test_analogy_norm

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    to_a, to_b, to_c = vectors @ vectors[a], vectors @ vectors[b], vectors @ vectors[c]
    if method == "add":
        score = to_b - to_a + to_c
    else:
        score = (to_b + 1) / 2 * (to_c + 1) / 2 / ((to_a + 1) / 2 + 0.001)
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
