# A loop over the words, cosines one at a time in plain Python.

import math


def solve_analogy(vectors, a, b, c, method):
    def cosine(i, j):
        dot = sum(x * y for x, y in zip(vectors[i], vectors[j], strict=True))
        length_i = math.sqrt(sum(x * x for x in vectors[i]))
        length_j = math.sqrt(sum(y * y for y in vectors[j]))
        return dot / (length_i * length_j)

    best, highest = None, -math.inf
    for x in range(len(vectors)):
        if x in (a, b, c):
            continue
        to_a, to_b, to_c = cosine(x, a), cosine(x, b), cosine(x, c)
        if method == "add":
            score = to_b - to_a + to_c
        else:
            score = (to_b + 1) / 2 * (to_c + 1) / 2 / ((to_a + 1) / 2 + 0.001)
        if score > highest:
            best, highest = x, score
    return best
