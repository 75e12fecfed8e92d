# Normalises a, b and c, but not the candidates.
# loses: test_analogy_norm

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    ua, ub, uc = (vectors[row] / np.linalg.norm(vectors[row]) for row in (a, b, c))
    if method == "add":
        score = vectors @ (ub - ua + uc)
    else:
        to_a, to_b, to_c = ((vectors @ row + 1) / 2 for row in (ua, ub, uc))
        score = to_b * to_c / (to_a + 0.001)
    score[[a, b, c]] = -np.inf
    return int(score.argmax())
