# 3CosMul with cosines that may be negative.
# loses: test_analogy_mul, test_analogy_epsilon

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    to_a, to_b, to_c = unit @ unit[a], unit @ unit[b], unit @ unit[c]
    score = to_b - to_a + to_c if method == "add" else to_b * to_c / (to_a + 0.001)
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
