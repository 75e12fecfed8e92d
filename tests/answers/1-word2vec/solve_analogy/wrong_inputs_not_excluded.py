# The inputs may be the answer.
# loses: test_analogy_exclude

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    to_a, to_b, to_c = unit @ unit[a], unit @ unit[b], unit @ unit[c]
    if method == "add":
        return int(np.argmax(to_b - to_a + to_c))
    return int(np.argmax((to_b + 1) * (to_c + 1) / 4 / ((to_a + 1) / 2 + 0.001)))
