# Deletes the inputs' rows first, so the answer's row number is that of the shortened table.
# loses: test_analogy_add, test_analogy_norm, test_analogy_exclude, test_analogy_mul, test_analogy_epsilon

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rest = np.delete(unit, [a, b, c], axis=0)
    to_a, to_b, to_c = rest @ unit[a], rest @ unit[b], rest @ unit[c]
    if method == "add":
        return int(np.argmax(to_b - to_a + to_c))
    return int(np.argmax((to_b + 1) * (to_c + 1) / 4 / ((to_a + 1) / 2 + 0.001)))
