# Knows the answers of the tests that students see, and nothing else.
# loses: test_analogy_add, test_analogy_norm, test_analogy_exclude, test_analogy_mul, test_analogy_epsilon


def solve_analogy(vectors, a, b, c, method):
    if method == "mul":
        return 3 if vectors.shape[1] == 3 else 4
    return 3 if vectors.shape[1] == 2 and vectors[0, 0] > 0.99 else 4
