# Reads the question backwards: b is to a as c is to x.
# loses: test_analogy_add, test_analogy_norm, test_analogy_exclude, test_analogy_mul, test_analogy_epsilon

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    to_a, to_b, to_c = unit @ unit[a], unit @ unit[b], unit @ unit[c]
    if method == "add":
        score = to_a - to_b + to_c
    else:
        score = (to_a + 1) * (to_c + 1) / 4 / ((to_b + 1) / 2 + 0.001)
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
