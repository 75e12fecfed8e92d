# Sorts all words and takes the first that is no input; float32, and logarithms for the product.

import numpy as np


def solve_analogy(vectors, a, b, c, method):
    unit = vectors.astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    if method == "add":
        score = unit @ (unit[b] - unit[a] + unit[c])
    else:
        near = np.clip((unit @ unit[[a, b, c]].T + 1) / 2, 0, 1)  # (V, 3)
        score = np.log(near[:, 1]) + np.log(near[:, 2]) - np.log(near[:, 0] + np.float32(0.001))
    for row in np.argsort(-score):
        if row not in {a, b, c}:
            return row
