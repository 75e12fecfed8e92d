# 3CosMul divides by s(x, a) alone.
# loses: test_analogy_epsilon

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    to_a, to_b, to_c = unit @ unit[a], unit @ unit[b], unit @ unit[c]
    if method == "add":
        score = to_b - to_a + to_c
    else:
        score = (to_b + 1) / 2 * (to_c + 1) / 2 / ((to_a + 1) / 2)
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
